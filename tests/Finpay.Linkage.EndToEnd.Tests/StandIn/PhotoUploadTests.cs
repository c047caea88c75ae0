using System.Net;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>The widget's photo form, as a browser without scripts sends it.</summary>
public sealed class PhotoUploadTests
{
    internal static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00];

    [Fact]
    public async Task A_Photo_That_May_Be_Taken_Is_Kept_And_Shown()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;

        using var response = await UploadAsync(standIn, url, "selfie", Png);

        Assert.Equal(
            (HttpStatusCode.Redirect, $"{new Uri(url).PathAndQuery}#photo-selfie"),
            (response.StatusCode, response.Headers.Location?.OriginalString));
        using var image = await standIn.Client.GetAsync(url.Replace("prem?", "prem/image?name=selfie&", StringComparison.Ordinal));
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Png, await image.Content.ReadAsByteArrayAsync());
        Assert.Contains("taken here", await standIn.Client.GetStringAsync(url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ktp", 0x89, 9, "This photo is read-only.")]
    [InlineData("selfie", 0x88, 9, "The file must be a JPEG or PNG photo.")]
    [InlineData("selfie", 0x89, (1024 * 1024) + 1, "The photo must be at most 1 MB.")]
    [InlineData("selfie", 0x89, 0, "Choose a photo first.")]
    public async Task Any_Other_Is_Refused_Beside_Its_Field(string name, byte first, int length, string error)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;
        var bytes = new byte[length];
        Png.AsSpan(0, Math.Min(Png.Length, length)).CopyTo(bytes);
        if (length > 0)
            bytes[0] = first;

        using var response = await UploadAsync(standIn, url, name, bytes);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(error, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("taken here", await standIn.Client.GetStringAsync(url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Decided_Check_Takes_No_Photo()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;
        using var decided = await standIn.DecideAsync("approve", url);

        using var response = await UploadAsync(standIn, url, "selfie", Png);

        Assert.Contains("Already decided", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    internal static async Task<HttpResponseMessage> UploadAsync(RunningStandIn standIn, string widgetUrl, string name, byte[] photo)
    {
        var fields = System.Web.HttpUtility.ParseQueryString(new Uri(widgetUrl).Query);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(fields["phone"]!), "phone" },
            { new StringContent(fields["uuid"]!), "uuid" },
            { new StringContent(name), "name" },
            { new ByteArrayContent(photo), "photo", "photo.png" },
        };
        return await standIn.Client.PostAsync("/widget/prem/photo", form);
    }
}
