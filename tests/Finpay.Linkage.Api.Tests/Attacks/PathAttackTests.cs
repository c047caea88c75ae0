using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Paths with unusual spellings, over a real socket. Dots are resolved before the API key is checked; every other trick finds no record,
/// no other route and no file. For the token of a callback see <see cref="Callbacks.TokenAttackTests"/> and the end of this class.
/// </summary>
public sealed class PathAttackTests(KestrelHost server) : IClassFixture<KestrelHost>
{
    private const string Upgrades = "/v1/account-upgrades/";
    private const string Own = Calls.Reference;
    private const string Foreign = KestrelHost.Foreign;
    private const string Merchant = $"X-Api-Key: {TestSettings.MerchantKey}\r\n";
    private readonly ApiHost host = server.Host;

    /// <summary>The text in place of the reference, and the status; {0} is the reference.</summary>
    public static TheoryData<string, int> Spellings => new()
    {
        { "{0}", 200 },
        { "%32%30%32%34%31%31%30%31%31%34%34%31%30%30%30%30%31%32", 200 },
        { "{0}/", 200 },
        { "{0}/.", 200 },
        { "./{0}", 200 },
        { "x/../{0}", 200 },
        { "{0}/redact/..", 200 },
        { "%2e%2e/account-upgrades/{0}", 200 },
        { "{0}?partnerReferenceNo=" + Foreign, 200 },
        { "..%2f{0}", 404 },
        { "..%2F..%2Fv1%2Faccount-upgrades%2F{0}", 404 },
        { "%2e%2e%2f{0}", 404 },
        { "%252e%252e%252f{0}", 404 },
        { "%252f{0}", 404 },
        { "..\\{0}", 404 },
        { "..%5c{0}", 404 },
        { "x\\..\\{0}", 404 },
        { "..;/{0}", 404 },
        { "{0};x=1", 404 },
        { "{0}%3bx", 404 },
        { "{0}%20", 404 },
        { "%20{0}", 404 },
        { "{0}%09", 404 },
        { "{0}%0d%0aX-Planted:1", 404 },
        { "{0}%ff", 404 },
        { "{0}%c0%80", 404 },
        { "%c0%ae%c0%ae/{0}", 404 },
        { "%u002e%u002e/{0}", 404 },
        { "{0}#", 404 },
        { "{0}%23", 404 },
        { "{0}%3f", 404 },
        { "/{0}", 404 },
        { "{0}.json", 404 },
        { "{0}*", 404 },
        { "*", 404 },
        { "{0}%", 404 },
        { "{0}%2", 404 },
        { "{0}%zz", 404 },
        { "%EF%BC%92{1}", 404 },
        { "{0}%E2%80%8B", 404 },
        { "{0}%00", 400 },
        { "%00", 400 },
        { "{0}\0", 400 },
        { "{0}\u0080", 400 },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_Reference_Is_Read_As_It_Is_Written_Or_Not_At_All(string spelling, int status)
    {
        var own = await ReadAsync(Upgrades + Fill(spelling, Own));
        var foreign = await ReadAsync(Upgrades + Fill(spelling, Foreign));

        Assert.Equal(status, own.Status);
        Assert.Equal(status == 200, own.Text.Contains($"\"partnerReferenceNo\":\"{Own}\"", StringComparison.Ordinal));
        // No spelling shows another merchant's record. (%32… is the own record for both.)
        Assert.DoesNotContain(Foreign, foreign.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Planted", own.Text, StringComparison.Ordinal);
    }

    /// <summary>Without a key, no spelling shows whether a route or a record exists.</summary>
    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Without_A_Key_No_Spelling_Leads_Past_The_Door(string spelling, int status)
    {
        var answer = (await RawHttp.SendAsync(host, RawHttp.Get(Upgrades + Fill(spelling, Own))))[0];

        Assert.Contains(answer.Status, status == 200 ? [401] : new[] { 400, 401, 404 });
        Assert.DoesNotContain(Own, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/audit", 403)]
    [InlineData("/V1/AUDIT", 403)]
    [InlineData("/v1/audit/", 403)]
    [InlineData("/v1/%61udit", 403)]
    [InlineData("/health/../v1/audit", 403)]
    [InlineData("/callbacks/finnet/../../v1/audit", 403)]
    [InlineData("/swagger/../v1/audit", 403)]
    [InlineData("/health/%2e%2e/v1/audit", 403)]
    [InlineData("/health/..%2fv1/audit", 404)]
    [InlineData("/health/..;/v1/audit", 404)]
    [InlineData("//v1/audit", 404)]
    [InlineData("/v1//audit", 404)]
    [InlineData("/v1/audit;.css", 404)]
    [InlineData("/v1\\audit", 404)]
    public async Task No_Spelling_Leads_A_Merchant_Past_A_Policy(string target, int status)
    {
        Assert.Equal(status, (await ReadAsync(target)).Status);
        Assert.Equal(
            status == 403 ? 200 : 404,
            (await RawHttp.SendAsync(host, RawHttp.Get(target, $"X-Api-Key: {TestSettings.OpsKey}\r\n")))[0].Status);
    }

    [Theory]
    [InlineData("/swagger/index.html", 200)]
    [InlineData("/swagger/../../appsettings.json", 404)]
    [InlineData("/swagger/..%2f..%2fappsettings.json", 404)]
    [InlineData("/swagger/%2e%2e/appsettings.json", 404)]
    [InlineData("/swagger/%252e%252e/appsettings.json", 404)]
    [InlineData("/swagger/..\\..\\appsettings.json", 404)]
    [InlineData("/swagger/..%5c..%5cappsettings.json", 404)]
    [InlineData("/swagger//etc/passwd", 404)]
    [InlineData("/swagger/index.html%00.json", 400)]
    [InlineData("/appsettings.json", 404)]
    [InlineData("/data/linkage.db", 404)]
    [InlineData("/linkage.keys.json", 404)]
    [InlineData("/../linkage.db", 404)]
    public async Task No_Spelling_Leads_To_A_File(string target, int status) => Assert.Equal(status, (await ReadAsync(target)).Status);

    /// <summary>What stands behind /callbacks/finnet/kyc, and the status.</summary>
    [Theory]
    [InlineData($"/{TestSettings.PathToken}", 200)]
    [InlineData($"\\{TestSettings.PathToken}", 404)]
    [InlineData($"/..\\{TestSettings.PathToken}", 401)]
    [InlineData($"/..%5c{TestSettings.PathToken}", 401)]
    [InlineData($"/%2e%2e%2f{TestSettings.PathToken}", 401)]
    [InlineData($"/%252e%252e%252f{TestSettings.PathToken}", 401)]
    [InlineData($"/..;/{TestSettings.PathToken}", 404)]
    [InlineData($"/{TestSettings.PathToken}%3bx", 401)]
    [InlineData($"/{TestSettings.PathToken}%00", 400)]
    [InlineData($"/{TestSettings.PathToken}%c0%80", 401)]
    [InlineData($"/{TestSettings.PathToken}%E2%80%8B", 401)]
    [InlineData($"/%u0074{"oken-0123456789-abcdefghijklmnop~A"}", 401)]
    [InlineData($"/.{TestSettings.PathToken}", 401)]
    [InlineData($"%2f{TestSettings.PathToken}", 404)]
    public async Task Only_The_Token_Itself_Opens(string behind, int status)
    {
        var kept = await server.DeliveriesAsync();

        Assert.Equal(
            status,
            (await RawHttp.SendAsync(host, RawHttp.Post("/callbacks/finnet/kyc" + behind, Calls.Notification("KYC Approved"))))[0].Status);
        Assert.Equal(status == 200 ? kept + 1 : kept, await server.DeliveriesAsync());
        Assert.All(host.Logs.Own, line => Assert.DoesNotContain(TestSettings.PathToken[1..], line.Message, StringComparison.Ordinal));
    }

    private static string Fill(string spelling, string reference) =>
        spelling.Replace("{0}", reference, StringComparison.Ordinal).Replace("{1}", reference[1..], StringComparison.Ordinal);

    private async Task<RawAnswer> ReadAsync(string target)
    {
        var answer = (await RawHttp.SendAsync(host, RawHttp.Get(target, Merchant)))[0];
        if (answer.Status == 200 && target.StartsWith(Upgrades, StringComparison.Ordinal))
            Assert.Equal(
                JsonValueKind.Object,
                JsonDocument.Parse(answer.Text[answer.Text.IndexOf(
                    '{', StringComparison.Ordinal)..(answer.Text.LastIndexOf('}') + 1)]).RootElement.ValueKind);
        return answer;
    }
}
