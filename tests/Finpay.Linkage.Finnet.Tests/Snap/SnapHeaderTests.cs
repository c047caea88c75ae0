using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>What stands in the headers of the two requests (contract section 3).</summary>
public sealed class SnapHeaderTests(SnapKeyFile key) : IClassFixture<SnapKeyFile>
{
    // Support/ManualClock starts at 06:00 UTC.
    private const string Now = "2024-11-01T13:00:00+07:00";

    [Fact]
    public async Task The_Token_Is_Asked_For_As_Documented()
    {
        using var network = new SnapNetwork();
        await using var host = new FinnetHost(network, new ManualClock(), key.Settings);
        await host.SendAsync();

        var request = Assert.Single(network.TokenRequests);
        Assert.Equal((SnapNetwork.TokenPath, SnapNetwork.ClientId, Now), (request.Path, request["X-CLIENT-KEY"], request["X-TIMESTAMP"]));
        Assert.Equal("application/json", request["Content-Type"]);
        Assert.Equal("""{"grantType":"client_credentials"}""", Encoding.UTF8.GetString(request.Body));
        Assert.True(key.Key.VerifyData(
            Encoding.UTF8.GetBytes($"{SnapNetwork.ClientId}|{Now}"), Convert.FromBase64String(request["X-SIGNATURE"]),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("/api/v1.0/upgrade-account-widget")]
    [InlineData("/gateway/widget?tenant=a%20b&x=1")]
    public async Task The_Request_Carries_All_Headers_And_A_Signature_Over_The_Bytes_Sent(string path)
    {
        using var network = new SnapNetwork();
        await using var host = new FinnetHost(network, new ManualClock(), [.. key.Settings, ("WidgetPath", path)]);
        await host.SendAsync(Requests.Full);

        var request = Assert.Single(network.WidgetRequests);
        Assert.Equal(path, request.Path);
        Assert.Equal("Bearer token-1", request["Authorization"]);
        Assert.Equal(Now, request["X-TIMESTAMP"]);
        Assert.Equal(("PARTNER-1", "95051", "shop.example"), (request["X-PARTNER-ID"], request["CHANNEL-ID"], request["ORIGIN"]));
        Assert.Equal(SnapNetwork.ExpectedSignature(request), request["X-SIGNATURE"]);
        Assert.Contains("ktp", Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Snap_No_Header_Of_It_Is_Sent_And_No_Token_Asked_For()
    {
        using var network = new SnapNetwork();
        await using var host = new FinnetHost(network);
        await host.SendAsync();

        Assert.Empty(network.TokenRequests);
        Assert.Equal(
            ["Accept", "Content-Length", "Content-Type"], Assert.Single(network.WidgetRequests).Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Times_Are_Written_The_Same_In_Every_Culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            // id-ID writes 13.00.00.
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("id-ID");
            using var network = new SnapNetwork();
            await using var host = new FinnetHost(network, new ManualClock(), key.Settings);
            await host.SendAsync();
            Assert.Equal(Now, Assert.Single(network.WidgetRequests)["X-TIMESTAMP"]);
            Assert.Equal(Now, Assert.Single(network.TokenRequests)["X-TIMESTAMP"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task The_External_Id_Is_Digits_Only_Begins_With_The_Jakarta_Day_And_Is_New_For_Every_Attempt()
    {
        // 18:00 UTC is the next day in Jakarta.
        var clock = new ManualClock();
        clock.Advance(TimeSpan.FromHours(12));
        using var network = new SnapNetwork(number => number < 3 ? Answers.Code("5030000", "1") : Answers.Sample());
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();

        Assert.Equal(3, network.WidgetRequests.Count);
        var ids = network.WidgetRequests.Select(request => request["X-EXTERNAL-ID"]).ToList();
        Assert.All(ids, id => Assert.Matches("^20241102[0-9]{24}$", id));
        Assert.Equal(3, ids.Distinct(StringComparer.Ordinal).Count());
        // Each attempt has its own time and signature; the body is the same.
        Assert.Equal(
            ["2024-11-02T01:00:00+07:00", "2024-11-02T01:00:01+07:00", "2024-11-02T01:00:02+07:00"],
            network.WidgetRequests.Select(request => request["X-TIMESTAMP"]));
        Assert.All(network.WidgetRequests, request => Assert.Equal(SnapNetwork.ExpectedSignature(request), request["X-SIGNATURE"]));
        Assert.All(network.WidgetRequests, request => Assert.Equal(network.WidgetRequests[0].Body, request.Body));
    }

    [Fact]
    public void External_Ids_Of_Two_Instances_Do_Not_Meet()
    {
        // An instance knows only the time, so ids of the same moment show the case of many instances and restarts.
        var now = new DateTimeOffset(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);
        var ids = Enumerable.Range(0, 200_000).AsParallel().Select(_ => SnapAuthentication.MakeExternalId(now))
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(200_000, ids.Count);
        // Every position except those of the day takes every digit.
        for (var place = 8; place < 32; place++)
            Assert.Equal(10, ids.Select(id => id[place]).Distinct().Count());
    }
}
