using System.Data.Common;
using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>The deliveries that were not made; a redelivery has no age, an operator asked for it.</summary>
internal sealed record EventFigures(long Pending, long Dead, TimeSpan? OldestPending)
{
    private const string OfMerchant = """
        AND EXISTS (SELECT 1 FROM upgrades
          WHERE upgrades.partner_reference_no = event_deliveries.partner_reference_no AND merchant_id = @merchant)
        """;

    /// <param name="connection">Reads them.</param>
    /// <param name="transaction">Whose state of the data is read.</param>
    /// <param name="merchantId">Of whose upgrades; null is everybody's.</param>
    /// <param name="now">The time that ages end at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<EventFigures> ReadAsync(
        DbConnection connection, DbTransaction? transaction, string? merchantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = new Statement(
            $"""
             SELECT state, count(*), min(CASE WHEN redelivered = 0 THEN created_at END) FROM event_deliveries
             WHERE state <> 'delivered' {(merchantId is null ? "" : OfMerchant)} GROUP BY state
             """);
        var counts = await count.QueryAsync(
            connection, transaction,
            reader => (State: reader.Word<DeliveryState>(0), Count: reader.GetInt64(1), Oldest: reader.TimeOrNull(2)), cancellationToken,
            ("@merchant", merchantId));
        var (pending, dead) = (counts.Find(row => row.State == DeliveryState.Pending), counts.Find(row => row.State == DeliveryState.Dead));
        var age = now - pending.Oldest;
        return new(pending.Count, dead.Count, age < TimeSpan.Zero ? TimeSpan.Zero : age);
    }
}

/// <summary>The gauges exist, and are 0, without endpoints too.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> attempts;
    private volatile EventFigures figures = new(0, 0, null);

    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Spans.Name);
        attempts = meter.CreateCounter<long>(
            "linkage.events.attempts", "{attempt}", "Attempts to deliver an event, by endpoint and outcome: delivered, retry or dead.");
        meter.CreateObservableGauge("linkage.events.pending", () => figures.Pending, "{event}", "Events that are still to be delivered.");
        meter.CreateObservableGauge("linkage.events.dead", () => figures.Dead, "{event}", "Events that are not sent any more.");
        meter.CreateObservableGauge(
            "linkage.events.oldest_pending.age", () => figures.OldestPending?.TotalSeconds ?? 0, "s",
            "Age of the oldest event that is pending.");
    }

    public void Set(EventFigures counted) => figures = counted;

    public void Count(string endpoint, DeliveryState state) => attempts.Add(
        1, new KeyValuePair<string, object?>("endpoint", endpoint), new KeyValuePair<string, object?>("outcome", state switch
        {
            DeliveryState.Delivered => "delivered",
            DeliveryState.Dead => "dead",
            _ => "retry",
        }));
}
