using System.Diagnostics;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// Faults between the API and Finnet: what can't have arrived is 503, what may have is in doubt, and the same
/// call settles it. Notifications don't care.
/// </summary>
[Collection(AloneAfterTheOthers.Name)]
public sealed class FinnetFaultTests(FinnetBehindProxy world, ITestOutputHelper output) : IClassFixture<FinnetBehindProxy>
{
    [Fact]
    public async Task What_Could_Not_Be_Sent_Is_503_And_Asked_For_By_The_Same_Call()
    {
        await world.SeeNotificationsTakenAsync("cut-before-others");
        world.Proxy.Cut();

        await SeeAsync("cut-before", 503, "finnet-unavailable", "requested");
        await world.SeeNotificationsTakenAsync("cut-before-others");
        world.Proxy.Turn(Weather.Fair);

        Assert.Empty(world.Asks("cut-before"));
        Assert.Equal(201, (await world.CreateAsync("cut-before")).Status);
    }

    [Fact]
    public async Task A_Request_That_Vanished_Is_In_Doubt_And_Asked_For_By_The_Same_Call()
    {
        await world.SeeNotificationsTakenAsync("vanished-others");
        world.Proxy.Turn(Weather.BlackHole);

        var asking = SeeAsync("vanished-request", 504, "finnet-timeout", "inDoubt");
        await world.SeeNotificationsTakenAsync("vanished-others");
        await asking;
        world.Proxy.Turn(Weather.Fair);

        Assert.Empty(world.Asks("vanished-request"));
        Assert.Equal(201, (await world.CreateAsync("vanished-request")).Status);
    }

    [Theory]
    [InlineData("answer-late", false)]
    [InlineData("answer-cut-off", true)]
    public async Task An_Answer_That_Did_Not_Come_Is_In_Doubt_And_Settled_By_The_Same_Call(string reference, bool cut)
    {
        await world.SeeNotificationsTakenAsync($"{reference}-others");
        world.Proxy.Turn(Weather.Fair, cut ? Weather.BlackHole : new Weather(TimeSpan.FromSeconds(5)));

        var answered = world.Finnet.Answered.GrowsByAsync(1);
        var asking = SeeAsync(reference, 504, "finnet-timeout", "inDoubt");
        await answered;
        if (cut)
            world.Proxy.Cut();
        await world.SeeNotificationsTakenAsync($"{reference}-others");
        await asking;
        world.Proxy.Turn(Weather.Fair);

        // Finnet has used the reference up for an answer that nobody got.
        await SeeAsync(reference, 409, "duplicate-reference", "inDoubt");
        Assert.Equal(["2000000", "4090001", "4090001"], world.Asks(reference).Select(ask => ask.Code));
        await world.NotifyAsync(reference);
        Assert.Equal("approved", await world.StatusAsync(reference));
    }

    [Fact]
    public async Task When_Finnet_Keeps_Failing_It_Is_Left_In_Peace_And_Asked_Again_Later()
    {
        await world.SeeNotificationsTakenAsync("circuit-others");
        world.Proxy.Turn(Weather.BlackHole);
        var failing = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => world.CreateAsync($"circuit-{number:D8}")));
        Assert.All(failing, reply => Assert.Equal(504, reply.Status));

        world.Proxy.Turn(Weather.Fair);
        var clock = Stopwatch.StartNew();
        var refused = await world.CreateAsync("circuit-open");
        Assert.Equal((503, "urn:finpay-linkage:problem:finnet-unavailable"), (refused.Status, (string?)refused.Body!["type"]));
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Empty(world.Asks("circuit-open"));
        await world.SeeNotificationsTakenAsync("circuit-others");

        while (refused.Status == 503)
        {
            await Task.Delay(refused.RetryAfter!.Value);
            refused = await world.CreateAsync("circuit-open");
        }

        Assert.Equal(201, refused.Status);
        output.WriteLine($"Finnet was asked again {clock.Elapsed.TotalSeconds:F1} s after the fault");
    }

    private async Task SeeAsync(string reference, int status, string problem, string stored)
    {
        var reply = await world.CreateAsync(reference);
        Assert.Equal((status, $"urn:finpay-linkage:problem:{problem}"), (reply.Status, (string?)reply.Body!["type"]));
        Assert.Equal(status == 503, reply.RetryAfter is not null);
        Assert.Equal(stored, await world.StatusAsync(reference));
        output.WriteLine($"{reference}: {status} after {reply.Took.TotalMilliseconds:F0} ms");
    }
}

/// <summary>An instance of the API whose way to Finnet leads through a proxy.</summary>
public sealed class FinnetBehindProxy : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-finnet-").FullName;
    private ApiFleet? fleet;
    private ApiProcess? api;
    private int messages;

    internal FakeFinnet Finnet { get; private set; } = null!;

    internal FaultProxy Proxy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Finnet = await FakeFinnet.StartAsync();
        Proxy = FaultProxy.Start(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Finnet.Url.Port));
        fleet = await ApiFleet.StartAsync(1, new Uri($"http://127.0.0.1:{Proxy.Port}"), folder);
        api = await fleet.PickAsync();
    }

    public async Task DisposeAsync()
    {
        fleet?.Dispose();
        await Proxy.DisposeAsync();
        await Finnet.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal IReadOnlyList<Ask> Asks(string reference) => [.. Finnet.Asks.Where(ask => ask.Reference == reference)];

    internal Task<Reply> CreateAsync(string reference) =>
        api!.SendAsync(
            HttpMethod.Post, "/v1/account-upgrades",
            JsonSerializer.Serialize(new { partnerReferenceNo = reference, phoneNo = "6281200000001" }), TestSettings.MerchantKey);

    internal async Task<string?> StatusAsync(string reference) =>
        (string?)(await api!.SendAsync(
            HttpMethod.Get, $"/v1/account-upgrades/{reference}", apiKey: TestSettings.MerchantKey)).Body!["status"];

    internal async Task<TimeSpan> NotifyAsync(string reference)
    {
        var message = $"message {Interlocked.Increment(ref messages)}";
        var reply = await api!.SendAsync(HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}", JsonSerializer.Serialize(new
        {
            kycResponse = "KYC Approved",
            kycMessage = message,
            partnerReferenceNo = reference,
            phoneNo = "6281200000001",
            merchantId = TestSettings.MerchantId,
        }));
        Assert.Equal(200, reply.Status);
        return reply.Took;
    }

    internal async Task SeeNotificationsTakenAsync(string reference)
    {
        var took = new List<TimeSpan>();
        for (var count = 0; count < 10; count++)
            took.Add(await NotifyAsync(reference));
        // If they waited for Finnet, each would take the two seconds of an attempt; a busy machine may hold up one or the other.
        Assert.True(took.Min() < TimeSpan.FromSeconds(1.8), $"The fastest callback took {took.Min()}.");
    }
}
