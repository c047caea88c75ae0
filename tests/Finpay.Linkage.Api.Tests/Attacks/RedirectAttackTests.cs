using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Values of redirectFinalUrl that lead to another place than they seem to, or that another reader understands
/// differently; with all hosts allowed, and with good.example alone.
/// </summary>
public sealed class RedirectAttackTests(RedirectAttackTests.Hosts hosts) : IClassFixture<RedirectAttackTests.Hosts>
{
    /// <summary>URL, whether it is accepted when all hosts are allowed, and when only good.example and localhost are.</summary>
    public static TheoryData<string, bool, bool> Urls => new()
    {
        // The twins: what is allowed.
        { "https://good.example", true, true },
        { "https://good.example/back?a=1&b=(2)#top", true, true },
        { "HTTPS://GOOD.EXAMPLE/", true, true },
        { "https://good.example:8443/back", true, true },
        { "https://good.example/%C3%A9%E2%80%AE", true, true },
        { "https://good.example/?next=https://evil.example@x", true, true },
        { "https://xn--gd-fmca.example/", true, false },
        { "https://other.example/", true, false },
        { "http://localhost:3000/back", true, true },
        { "http://127.0.0.1/back", true, false },
        { "http://[::1]/back", true, false },
        // The real host is not the visible one.
        { "https://good.example@evil.example/", false, false },
        { "https://good.example:443@evil.example/", false, false },
        { "https://good.example%2f@evil.example/", false, false },
        { "https://user:secret@good.example/", false, false },
        { "https://@good.example/", false, false },
        { "https://:@good.example/", false, false },
        { "https://good.example.evil.example/", true, false },
        { "https://evil.example/good.example", true, false },
        { "https://evil.example?good.example", true, false },
        { "https://evil.example#good.example", true, false },
        { "https://notgood.example/", true, false },
        { "https://sub.good.example/", true, false },
        { "https://good.example./", true, false },
        { "https://good.example,evil.example/", false, false },
        { "https://good.example;evil.example/", false, false },
        { "https://good.example%2eevil.example/", false, false },
        { "https://good.example%00.evil.example/", false, false },
        { "https://good.example&evil.example/", false, false },
        // Backslashes, which some readers treat as slashes.
        { "https:\\\\evil.example", false, false },
        { "https:\\\\good.example", false, false },
        { "https:/\\good.example", false, false },
        { "https://good.example\\@evil.example/", false, false },
        { "https://good.example\\.evil.example/", false, false },
        { "https://good.example/\\evil.example", false, false },
        { "https:/good.example/", false, false },
        { "https:///good.example/", false, false },
        { "https:good.example", false, false },
        { "//good.example/", false, false },
        { "/\\good.example", false, false },
        // Characters that look like others or are invisible.
        { "https://gооd.example/", false, false },
        { "https://ｇood.example/", false, false },
        { "https://good。example/", false, false },
        { "https://good.exampl\u212e/", false, false },
        { "https://good.\u00adexample/", false, false },
        { "https://good.exa\u200bmple/", false, false },
        { "https://good.example/\u202egnp.exe", false, false },
        { "https://good.example/é", false, false },
        { "https://good.example\u3000", false, false },
        // White space and control characters.
        { " https://good.example/", false, false },
        { "https://good.example/ ", false, false },
        { "https://good.example/a b", false, false },
        { "https://good.exam\tple/", false, false },
        { "https://good.example/\r\nLocation: https://evil.example", false, false },
        { "ht\ntps://good.example/", false, false },
        { "https://good.example/\0", false, false },
        { "\u0001https://good.example/", false, false },
        { "https://good.example/\u007f", false, false },
        { "https://good.example/\u2028", false, false },
        { "\uFEFFhttps://good.example/", false, false },
        // Characters that could end an attribute, a script or a template on the widget's page.
        { "https://good.example/\"onclick=", false, false },
        { "https://good.example/<script>", false, false },
        { "https://good.example/`", false, false },
        { "https://good.example/{{7*7}}", false, false },
        { "https://good.example/|", false, false },
        { "https://good.example/^", false, false },
        // Other schemes.
        { "javascript:alert(1)", false, false },
        { "javascript://good.example/%0aalert(1)", false, false },
        { "JaVaScRiPt://good.example", false, false },
        { "java\tscript:alert(1)", false, false },
        { "data:text/html;base64,PHNjcmlwdD4=", false, false },
        { "vbscript:msgbox(1)", false, false },
        { "blob:https://good.example/1", false, false },
        { "view-source:https://good.example/", false, false },
        { "file:///etc/passwd", false, false },
        { "ftp://good.example/", false, false },
        { "intent://good.example#Intent;scheme=https;end", false, false },
        { "https", false, false },
        { "https://", false, false },
        // http, and hosts that only look like this machine.
        { "http://good.example/", false, false },
        { "http://localhost.evil.example/", false, false },
        { "http://127.0.0.1.evil.example/", false, false },
        { "http://loopback/", false, false },
        { "https://loopback/", false, false },
        { "http://localhost./", false, false },
        { "http://2130706433/", false, false },
        { "http://0x7f.1/", false, false },
        { "http://127.1/", false, false },
        { "http://0/", false, false },
        { "http://[0:0:0:0:0:0:0:1]/", false, false },
        { "http://[::ffff:7f00:1]/", false, false },
        { "http://[::]/", false, false },
        { "https://[good.example]/", false, false },
        { "https://good.example:99999/", false, false },
        { "https://good.example:-1/", false, false },
    };

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task An_Address_Leads_Where_It_Seems_To_Or_Is_Refused(string url, bool withAnyHost, bool withAllowedHosts)
    {
        await CheckAsync(hosts.Any, url, withAnyHost);
        await CheckAsync(hosts.GoodAlone, url, withAllowedHosts);
    }

    /// <summary>URL, and whether it is accepted with the schemes myapp and com.example.shop.</summary>
    [Theory]
    [InlineData("myapp://upgraded?x=1#top", true)]
    [InlineData("MyApp://order_1/done", true)]
    [InlineData("myapp:", true)]
    [InlineData("myapp:///done", true)]
    [InlineData("com.example.shop:/done%20", true)]
    [InlineData("https://good.example/", true)]
    [InlineData("https://other.example/", false)]
    [InlineData("myapp2://upgraded", false)]
    [InlineData("com.example://upgraded", false)]
    [InlineData("comXexample.shop:/done", false)]
    [InlineData("myapp", false)]
    [InlineData("//myapp://upgraded", false)]
    [InlineData(" myapp://upgraded", false)]
    [InlineData("my\tapp://upgraded", false)]
    [InlineData("myapp://a b", false)]
    [InlineData("myapp:\\\\evil.example", false)]
    [InlineData("myapp://user:secret@evil.example/", false)]
    [InlineData("myapp://\u202eevil", false)]
    [InlineData("javascript:myapp://evil", false)]
    [InlineData("http://good.example/", false)]
    public async Task A_Scheme_Of_An_App_Is_Taken_When_The_Settings_Name_It(string url, bool isTaken)
    {
        await CheckAsync(hosts.WithApps, url, isTaken);
        if (!url.StartsWith("https", StringComparison.Ordinal))
            await CheckAsync(hosts.Any, url, isTaken: false);
    }

    private static async Task CheckAsync(ApiHost host, string url, bool isTaken)
    {
        var asked = host.Finnet.Sent.Count;
        if (isTaken)
            host.Finnet.Issues();

        var answer = await host.Merchant.CreateAsync(JsonSerializer.Serialize(new { phoneNo = Calls.Phone, redirectFinalUrl = url }));

        Assert.Equal(isTaken ? 201 : 400, answer.Status);
        Assert.Equal(isTaken ? asked + 1 : asked, host.Finnet.Sent.Count);
        if (isTaken)
        {
            Assert.Equal(url, host.Finnet.Sent[^1].Json.GetProperty("redirectFinalUrl").GetString());
            return;
        }

        Assert.Equal("redirectFinalUrl", Assert.Single(answer.WrongFields));
        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
    }

    public sealed class Hosts : IAsyncLifetime
    {
        public ApiHost Any { get; } = new();

        public ApiHost GoodAlone { get; } = ApiHost.With(
            ("Upgrades:RedirectHosts:0", "good.example"), ("Upgrades:RedirectHosts:1", "localhost"));

        public ApiHost WithApps { get; } = ApiHost.With(
            ("Upgrades:RedirectSchemes:0", "myapp"), ("Upgrades:RedirectSchemes:1", "com.example.shop"),
            ("Upgrades:RedirectHosts:0", "good.example"));

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            await Any.DisposeAsync();
            await GoodAlone.DisposeAsync();
            await WithApps.DisposeAsync();
        }
    }
}
