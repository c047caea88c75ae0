using System.Net;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class WidgetPageTests
{
    [Fact]
    public async Task The_Page_Shows_What_Was_Prefilled_And_What_May_Be_Changed()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var answer = await standIn.AskAsync(WidgetBody.Full);

        using var response = await standIn.Client.GetAsync(answer.WidgetUrl);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.All(
            [
                "6281295288912", "3273012501120007", "Siti Aminah", "WNI", "budi.santoso@email.com", "Approve", "Reject", "Leave",
                "What the customer sees", "Sandbox controls",
            ],
            part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.Matches("KTP</span><span class=\"badge read-only\">", page);
        Assert.Matches("Selfie holding the KTP</span><span class=\"badge editable\">", page);
        Assert.Contains("href=\"https://shop.example/upgraded\"", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?! type=\"module\" src=\"/)", page);
    }

    [Fact]
    public async Task The_Page_Shows_The_Images_As_They_Came()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;

        using var ktp = await standIn.Client.GetAsync(url.Replace("prem?", "prem/image?name=ktp&", StringComparison.Ordinal));
        using var other = await standIn.Client.GetAsync(url.Replace("prem?", "prem/image?name=clock&", StringComparison.Ordinal));

        Assert.Equal("image/jpeg", ktp.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Convert.FromBase64String("/9j/4AAQ"), await ktp.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task What_The_Merchant_Sent_Is_Escaped()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var answer = await standIn.AskAsync(WidgetBody.Full
            .Replace("Siti Aminah", "<script>alert(1", StringComparison.Ordinal)
            .Replace("budi.santoso@email.com", "\\\"><img src=x>{{uuid}}", StringComparison.Ordinal));

        var page = await standIn.Client.GetStringAsync(answer.WidgetUrl);

        Assert.Contains("&lt;script&gt;alert(1", page, StringComparison.Ordinal);
        Assert.Contains("&quot;&gt;&lt;img src=x&gt;{{uuid}}", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript://shop.example/%0aalert(1)", false)]
    [InlineData("myapp://upgraded", false)]
    [InlineData("http://shop.example/upgraded", true)]
    public async Task Only_A_Web_Address_Is_Followed_Back(string redirect, bool followed)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var answer = await standIn.AskAsync(
            WidgetBody.Full.Replace("https://shop.example/upgraded", redirect, StringComparison.Ordinal));

        var page = await standIn.Client.GetStringAsync(answer.WidgetUrl);

        Assert.Equal(followed, page.Contains(redirect, StringComparison.Ordinal));
        Assert.Equal(!followed, page.Contains("/widget/prem/leave?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("approve", null, "Approved", "KYC Approved", "Your KYC has been approved")]
    [InlineData("reject", "The <selfie> is blurred", "Rejected", "KYC Rejected", "The <selfie> is blurred")]
    [InlineData("reject", "", "Rejected", "KYC Rejected", "Your KYC has been rejected because the selfie does not match the KTP photo")]
    public async Task A_Decision_Is_Confirmed_And_Posted_To_The_Merchant(
        string verb, string? reason, string title, string kycResponse, string kycMessage)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var answer = await standIn.AskAsync(WidgetBody.Full);

        using var response = await standIn.DecideAsync(verb, answer.WidgetUrl!, reason);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Contains($"<h1>{title}</h1>", page, StringComparison.Ordinal);
        Assert.Contains("notification is being sent", page, StringComparison.Ordinal);
        Assert.Matches("<a class=\"button primary\"[^>]* href=\"https://shop.example/upgraded\">Back to the merchant</a>", page);
        Assert.DoesNotContain("<selfie>", page, StringComparison.Ordinal);
        var notification = Assert.Single(standIn.Merchant.Received);
        Assert.Equal((kycResponse, kycMessage), ((string)notification["kycResponse"]!, (string)notification["kycMessage"]!));
    }

    [Fact]
    public async Task Approving_Needs_Both_Photos_And_Rejecting_None()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var withoutKtp = WidgetBody.Full.Replace(
            "\"ktp\":{\"base64\":\"data:image/jpeg;base64,/9j/4AAQ\",\"isEditable\":false},", "", StringComparison.Ordinal);
        var url = (await standIn.AskAsync(withoutKtp)).WidgetUrl!;

        using var refused = await standIn.DecideAsync("approve", url);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Approving needs both photos", page, StringComparison.Ordinal);
        Assert.Matches("<button[^>]* disabled>Approve<", page);
        Assert.Empty(standIn.Merchant.Received);

        using var taken = await PhotoUploadTests.UploadAsync(standIn, url, "ktp", PhotoUploadTests.Png);
        Assert.DoesNotContain(" disabled>", await standIn.Client.GetStringAsync(url), StringComparison.Ordinal);
        using var approved = await standIn.DecideAsync("approve", url);
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);

        var second = withoutKtp.Replace("1000012", "1000013", StringComparison.Ordinal).Replace("88912", "88913", StringComparison.Ordinal);
        using var rejected = await standIn.DecideAsync("reject", (await standIn.AskAsync(second)).WidgetUrl!);
        Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);
        Assert.Equal(["KYC Approved", "KYC Rejected"], standIn.Merchant.Received.Select(n => (string)n["kycResponse"]!));
    }

    [Fact]
    public async Task A_Second_Decision_Changes_Nothing_And_Sends_Nothing()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;
        using var first = await standIn.DecideAsync("approve", url);

        using var second = await standIn.DecideAsync("reject", url);

        Assert.Contains("ended as Approved", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Already decided", await standIn.Client.GetStringAsync(url), StringComparison.Ordinal);
        Assert.Single(standIn.Merchant.Received);
    }

    [Fact]
    public async Task An_Expired_Widget_Can_Not_Be_Decided()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;
        await standIn.AdvanceAsync(3599);
        using var open = await standIn.Client.GetAsync(url);
        await standIn.AdvanceAsync(1);

        using var closed = await standIn.Client.GetAsync(url);
        using var decided = await standIn.DecideAsync("approve", url);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Gone, HttpStatusCode.Gone), (open.StatusCode, closed.StatusCode, decided.StatusCode));
        Assert.Contains("expired", await closed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(standIn.Merchant.Received);
    }

    [Theory]
    [InlineData("/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd")]
    [InlineData("/widget/prem")]
    [InlineData("/widget/prem/leave")]
    public async Task An_Unknown_Widget_Is_404(string path)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("Page not found", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Widget_Is_Not_Shown_To_Another_Phone()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var url = (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!;

        using var response = await standIn.Client.GetAsync(url.Replace("88912", "88913", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task The_Index_Links_To_Every_Window()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        var page = await standIn.Client.GetStringAsync("/");

        Assert.All(
            ["/sandbox/requests", "/sandbox/notifications", "/sandbox/scenarios", "/sandbox/clock", "http://localhost:5080/swagger"],
            link => Assert.Contains($"href=\"{link}\"", page, StringComparison.Ordinal));
    }
}
