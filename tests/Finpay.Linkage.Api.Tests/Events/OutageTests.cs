using System.Globalization;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>A receiver that is away for long: nothing is lost, operators see it, and the log says it once.</summary>
public sealed class OutageTests : IDisposable
{
    private const int Upgrades = 20;

    private readonly EventReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task All_That_Happened_In_An_Hour_Without_The_Receiver_Is_Told_In_Order_When_It_Is_Back()
    {
        await using var host = receiver.Host();
        receiver.Answers = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError);
        for (var number = 0; number < Upgrades; number++)
        {
            await host.IssueAsync(Reference(number), Phone(number));
            await host.NotifyAsync("KYC Rejected", Reference(number), "1", "62" + Phone(number)[1..]);
            await host.NotifyAsync("KYC Approved", Reference(number), "2", "62" + Phone(number)[1..]);
            host.Pass(TimeSpan.FromMinutes(3));
            await SettledAsync(host);
        }

        var away = receiver.All.Count;
        Assert.All(await host.EventsAsync("?limit=200"), one => Assert.Equal("pending", one.Text("state")));
        receiver.AnswersWith(200);
        // The longest wait that one of them has by now is two hours.
        host.Pass(TimeSpan.FromHours(2.5));
        await host.UntilAsync(_ => Count(host, "delivered") == 2 * Upgrades);

        Assert.InRange(away, Upgrades, 6 * Upgrades);
        var told = receiver.All.Skip(away).ToLookup(message => message.Reference);
        Assert.Equal(Upgrades, told.Count);
        Assert.All(told, messages => Assert.Equal(
            ["account_upgrade.rejected", "account_upgrade.approved"], messages.Select(message => message.Type)));
        // Each change of the endpoint is one line, however many attempts failed.
        Assert.Equal(
            ["Events can't be delivered to shop: no connection", "Events are delivered to shop again"],
            host.Logs.Own.Where(line => line.Level >= LogLevel.Warning && line.Id.Id is >= 1500 and < 1600).Select(line => line.Message));
    }

    [Fact]
    public async Task The_Gauges_Say_What_Is_Pending_And_Dead_And_How_Old_The_Oldest_Is()
    {
        await using var host = receiver.Host();
        using var measured = new MeasurementCapture(host);
        Assert.Equal((0d, 0d, 0d), await GaugesAsync());
        receiver.Answers = (message, _) => Task.FromResult(EventReceiver.Status(message.Reference == Reference(0) ? 410 : 500));
        for (var number = 0; number < 3; number++)
        {
            await host.IssueAsync(Reference(number), Phone(number));
            await host.NotifyAsync("KYC Approved", Reference(number), phone: "62" + Phone(number)[1..]);
            await host.UntilAttemptsAsync(1, $"?partnerReferenceNo={Reference(number)}");
        }

        // An attempt is counted after its commit; the next ones are due when the clock moves.
        await host.UntilAsync(_ => Attempts().Length == 3);
        Assert.Equal([("shop", "dead"), ("shop", "retry"), ("shop", "retry")], Attempts().Order());

        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddSeconds(90));

        Assert.Equal((2d, 1d, 90d), await GaugesAsync());

        (string Endpoint, string Outcome)[] Attempts() =>
        [
            .. measured.Measurements.Where(one => one.Name == "linkage.events.attempts")
                .Select(one => ((string)one.Tags["endpoint"]!, (string)one.Tags["outcome"]!)),
        ];

        async Task<(double, double, double)> GaugesAsync()
        {
            await host.Services.GetRequiredService<EventRegistry>().RunAsync(CancellationToken.None);
            var gauges = measured.Observe();
            return (gauges["linkage.events.pending"], gauges["linkage.events.dead"], gauges["linkage.events.oldest_pending.age"]);
        }
    }

    [Fact]
    public async Task The_Gauges_Are_There_Without_Endpoints()
    {
        await using var host = new ApiHost();
        using var measured = new MeasurementCapture(host);

        var gauges = measured.Observe();

        Assert.Equal(
            [0d, 0d, 0d],
            new[] { "linkage.events.pending", "linkage.events.dead", "linkage.events.oldest_pending.age" }.Select(name => gauges[name]));
    }

    // No attempt is under way or due.
    private static async Task SettledAsync(ApiHost host)
    {
        var now = host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (host.Query<long>(
            $"""
            SELECT count(*) FROM event_deliveries AS one WHERE state = 'pending' AND (claim_id IS NOT NULL OR (next_attempt_at <= {now}
              AND NOT EXISTS (SELECT 1 FROM event_deliveries AS earlier WHERE earlier.partner_reference_no = one.partner_reference_no
                AND earlier.state = 'pending' AND earlier.position < one.position)))
            """)[0] > 0)
            await Task.Yield();
    }

    private static long Count(ApiHost host, string state) =>
        host.Query<long>($"SELECT count(*) FROM event_deliveries WHERE state = '{state}'")[0];

    private static string Reference(int number) => string.Create(CultureInfo.InvariantCulture, $"reference-number-{number}");

    private static string Phone(int number) => string.Create(CultureInfo.InvariantCulture, $"0812952889{number:00}");
}
