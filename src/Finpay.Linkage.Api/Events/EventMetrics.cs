using System.Diagnostics.Metrics;

namespace Finpay.Linkage.Api.Events;

/// <summary>What the registry has counted last.</summary>
internal sealed record EventFigures(long Pending, long Dead, TimeSpan OldestPending);

/// <summary>The gauges exist, and are 0, without endpoints too.</summary>
internal sealed class EventMetrics
{
    public const string MeterName = "Finpay.Linkage";

    private readonly Counter<long> attempts;
    private volatile EventFigures figures = new(0, 0, TimeSpan.Zero);

    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        attempts = meter.CreateCounter<long>(
            "linkage.events.attempts", "{attempt}", "Attempts to deliver an event, by endpoint and outcome: delivered, retry or dead.");
        meter.CreateObservableGauge("linkage.events.pending", () => figures.Pending, "{event}", "Events that are still to be delivered.");
        meter.CreateObservableGauge("linkage.events.dead", () => figures.Dead, "{event}", "Events that are not sent any more.");
        meter.CreateObservableGauge(
            "linkage.events.oldest_pending.age", () => figures.OldestPending.TotalSeconds, "s", "Age of the oldest event that is pending.");
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
