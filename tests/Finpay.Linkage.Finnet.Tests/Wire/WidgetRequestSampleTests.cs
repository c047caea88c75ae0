using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Wire;

public sealed class WidgetRequestSampleTests
{
    private static readonly FieldCipher Cipher = new(new Secret("1234567890123456"), new Secret("1234567890123456"));

    [Fact]
    public void What_Is_Written_Has_The_Members_Of_Finnets_Sample_With_Its_Types_In_Its_Order()
    {
        using var sample = JsonDocument.Parse(Sample.WidgetRequest);
        using var written = JsonDocument.Parse(WidgetRequestWriter.Write(
            // The sample has every member but this one.
            Requests.Full with { RedirectFinalUrl = null },
            FinnetHost.Options).ToArray());
        Assert.Equal(Shape(sample.RootElement, "$"), Shape(written.RootElement, "$"));
    }

    [Fact]
    public void Finnets_Sample_Carries_The_Documented_Vector()
    {
        using var sample = JsonDocument.Parse(Sample.WidgetRequest);
        var personalData = sample.RootElement.GetProperty("personalData");
        Assert.Equal("123456", Cipher.Decrypt(personalData.GetProperty("kkNumber").GetString()!));
        Assert.True(Nationalities.TryParse(personalData.GetProperty("nationality").GetString(), out var nationality));
        Assert.Equal(Nationality.Wni, nationality);
    }

    private static IEnumerable<string> Shape(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object =>
            element.EnumerateObject().SelectMany(member => Shape(member.Value, $"{path}.{member.Name}")).Prepend($"{path} object"),
        JsonValueKind.True or JsonValueKind.False => [$"{path} bool"],
        var kind => [$"{path} {kind}"],
    };
}
