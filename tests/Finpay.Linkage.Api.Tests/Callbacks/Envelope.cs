using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

internal static class Envelope
{
    /// <summary>Finnet's envelope and nothing else, with the HTTP status that its code says.</summary>
    public static void AssertEnvelope(Answer answer, string code, string? message = null)
    {
        Assert.Equal((int.Parse(code.AsSpan(0, 3), CultureInfo.InvariantCulture), "application/json"), (answer.Status, answer.MediaType));
        using var document = JsonDocument.Parse(answer.Text);
        Assert.Equal(["responseCode", "responseMessage"], document.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(code, answer["responseCode"]);
        if (message is not null)
            Assert.Equal(message, answer["responseMessage"]);
    }
}
