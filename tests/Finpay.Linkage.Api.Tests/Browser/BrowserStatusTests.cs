using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>What a page sees, and from where it may ask.</summary>
public sealed class BrowserStatusTests
{
    private const string Shop = "https://shop.example";

    [Fact]
    public async Task A_Page_Sees_The_Open_Widget_And_Then_The_Result_And_Nothing_More()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();

        var open = await host.AskAsync(token);
        await host.NotifyAsync("KYC Rejected", message: "the data differ");
        var rejected = await host.AskAsync(token);

        Assert.Equal(
            ["partnerReferenceNo", "status", "final", "version", "widgetUrl", "expiryTime", "expired", "updatedAt"], Names(open));
        Assert.Equal((Calls.Reference, "widgetIssued", "False"), (open["partnerReferenceNo"], open["status"], open["final"]));
        Assert.Equal(FinnetStub.WidgetUrl, open["widgetUrl"]);
        Assert.Equal(["partnerReferenceNo", "status", "final", "version", "kycMessage", "updatedAt"], Names(rejected));
        Assert.Equal(("rejected", "True", "the data differ"), (rejected["status"], rejected["final"], rejected["kycMessage"]));
        Assert.True(rejected.Json.GetProperty("version").GetInt64() > open.Json.GetProperty("version").GetInt64());
        await host.NotifyAsync("KYC Approved", message: "in the end");
        var approved = await host.AskAsync(token);
        Assert.Equal(("approved", "in the end"), (approved["status"], approved["kycMessage"]));
    }

    [Fact]
    public async Task The_Tag_Changes_With_The_Version_And_When_The_Widget_Expires()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var first = await host.AskAsync(await host.TokenAsync());
        var tag = first.Headers["ETag"];

        var same = await host.AskAsync(await host.TokenAsync(), Page.Status, ("If-None-Match", $"\"other\", {tag}"));
        var any = await host.AskAsync(await host.TokenAsync(), Page.Status, ("If-None-Match", "*"));
        var other = await host.AskAsync(await host.TokenAsync(), Page.Status, ("If-None-Match", "W/\"0\""));
        host.Clock.Advance(first.Json.GetProperty("expiryTime").GetDateTimeOffset() - host.Clock.GetUtcNow());
        var expired = await host.AskAsync(await host.TokenAsync(), Page.Status, ("If-None-Match", tag));

        Assert.StartsWith("W/\"", tag, StringComparison.Ordinal);
        Assert.Equal((304, "", tag, "no-store"), (same.Status, same.Text, same.Headers["ETag"], same.Headers["Cache-Control"]));
        Assert.Equal((200, 200, "True", null), (other.Status, expired.Status, expired["expired"], expired["widgetUrl"]));
        Assert.NotEqual(tag, expired.Headers["ETag"]);
        Assert.Equal(304, any.Status);
    }

    [Fact]
    public async Task The_Message_Of_Another_Owners_Notification_Is_Not_Shown()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000");
        await host.CreateAsync();
        host.Finnet.Issues();
        await host.Other.CreateAsync($$"""{"partnerReferenceNo":"other-reference-1","phoneNo":"{{Calls.Phone}}"}""");

        await host.NotifyAsync("KYC Rejected", "other-reference-1", "not for the shop");
        var settled = await host.AskAsync(await host.TokenAsync());

        Assert.Equal(("rejected", null), (settled["status"], settled["kycMessage"]));
        var own = (await host.Other.IssueTokenAsync("other-reference-1"))["token"];
        Assert.Equal("not for the shop", (await host.AskAsync(own))["kycMessage"]);
    }

    [Fact]
    public async Task A_Message_That_Can_Not_Be_Decrypted_Is_Left_Out()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        await host.NotifyAsync("KYC Rejected");
        host.ExecuteSql("UPDATE notifications SET kyc_message = x'00112233'");

        var answer = await host.AskAsync(await host.TokenAsync());

        Assert.Equal((200, "rejected", null), (answer.Status, answer["status"], answer["kycMessage"]));
    }

    [Theory]
    [InlineData(Shop, true)]
    [InlineData("https://app.shop.example:8443", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("https://shop.example.evil.example", false)]
    [InlineData("https://evilshop.example", false)]
    [InlineData("https://sub.shop.example", false)]
    [InlineData("http://shop.example", false)]
    [InlineData("https://shop.example:443", false)]
    [InlineData("https://shop.example:444", false)]
    [InlineData("https://shop.example/", false)]
    [InlineData("https://SHOP.example", false)]
    [InlineData("https://sh%6Fp.example", false)]
    [InlineData("https://shop.example https://evil.example", false)]
    public async Task Only_The_Named_Origins_May_Read(string origin, bool may)
    {
        await using var host = await ApiHost.With(("Browser:Origins:0", Shop), ("Browser:Origins:1", "https://app.shop.example:8443"))
            .WithUpgradeAsync();
        var token = await host.TokenAsync();
        Answer[] answers =
        [
            await host.AskAsync(token, Page.Status, ("Origin", origin)), await host.AskAsync("wrong", Page.Status, ("Origin", origin)),
            await host.AskAsync(null, "/browser/v1/linkage.js", ("Origin", origin)), await PreflightAsync(host, Page.Events, origin),
        ];

        Assert.All(answers, answer =>
        {
            Assert.Equal(may ? origin : null, answer.Headers.GetValueOrDefault("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Credentials"));
        });
        Assert.Equal([200, 401, 200, 204], answers.Select(answer => answer.Status));
        if (!may)
            return;
        Assert.Equal("ETag,Retry-After", answers[0].Headers["Access-Control-Expose-Headers"]);
        Assert.Equal("authorization,if-none-match,last-event-id", answers[3].Headers["Access-Control-Allow-Headers"].ToLowerInvariant());
        Assert.All(answers[..3], answer => Assert.Contains("Origin", answer.Headers["Vary"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task By_Default_No_Origin_May_And_Other_Routes_Never_Allow_One()
    {
        await using var none = new ApiHost();
        await using var some = ApiHost.With(("Browser:Origins:0", Shop));

        Assert.False((await none.AskAsync("wrong", Page.Status, ("Origin", Shop))).Headers.ContainsKey("Access-Control-Allow-Origin"));
        string[] others = ["/v1/account-upgrades", "/v1/account-upgrades/x/browser-token", "/health/live", "/swagger/v1/swagger.json"];
        foreach (var path in others)
            Assert.DoesNotContain(
                (await PreflightAsync(some, path, Shop)).Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_Module_Is_Small_And_Served_As_A_Script()
    {
        await using var host = new ApiHost();

        var module = await host.AskAsync(null, "/browser/v1/linkage.js");

        Assert.Equal((200, "text/javascript", "public, max-age=3600"), (module.Status, module.MediaType, module.Headers["Cache-Control"]));
        Assert.InRange(module.Text.Split('\n').Length, 1, 151);
        Assert.DoesNotContain("import ", module.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Browser:TokenLifetime", "00:00:59")]
    [InlineData("Browser:TokenLifetime", "1.00:00:01")]
    [InlineData("Browser:MaxStreams", "0")]
    [InlineData("Browser:MaxStreamsPerUpgrade", "0")]
    [InlineData("Browser:Origins:0", "*")]
    [InlineData("Browser:Origins:0", "null")]
    [InlineData("Browser:Origins:0", "https://shop.example/")]
    [InlineData("Browser:Origins:0", "https://Shop.example")]
    [InlineData("Browser:Origins:0", "https://shop.example:443")]
    [InlineData("Browser:Origins:0", "https://*.shop.example")]
    [InlineData("Browser:Origins:0", "https://user@shop.example")]
    [InlineData("Browser:Origins:0", "http://shop.example")]
    [InlineData("Browser:Origins:0", "shop.example")]
    public async Task A_Wrong_Setting_Is_Refused_At_Start(string key, string value)
    {
        await using var host = new ApiHost();

        Assert.Equal([key], await Startup.RefusalAsync(host.DataFolder, (key, value)));
    }

    private static async Task<Answer> PreflightAsync(ApiHost host, string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "GET");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,last-event-id");
        return await Answer.ReadAsync(await host.Anonymous.SendAsync(request));
    }

    private static IEnumerable<string> Names(Answer answer) => answer.Json.EnumerateObject().Select(member => member.Name);
}
