using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>How calls that create an upgrade end, and how long Finnet takes.</summary>
internal sealed class UpgradeMetrics
{
    // Up to Finnet:TotalTimeout.
    private static readonly InstrumentAdvice<double> Durations =
        new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25] };

    private readonly Counter<long> creates;
    private readonly Histogram<double> finnet;

    public UpgradeMetrics(IMeterFactory meters, MerchantRing merchants)
    {
        var meter = meters.Create(Spans.Name);
        creates = meter.CreateCounter<long>("linkage.creates", "{call}", "Calls that create an upgrade, by what came of them.");
        finnet = meter.CreateHistogram(
            "linkage.finnet.duration", "s", "Calls to Finnet with their retries, by what Finnet answered.", tags: null, Durations);
        foreach (var merchant in merchants.All)
            creates.Add(0, Event(EnumText.Of(FinnetAnswerKind.WidgetIssued)), MerchantRing.Tag(merchant));
    }

    public void Created(string what, Merchant merchant) => creates.Add(1, Event(what), MerchantRing.Tag(merchant));

    public void Answered(FinnetAnswerKind kind, TimeSpan duration, Merchant merchant) =>
        finnet.Record(duration.TotalSeconds, Event(EnumText.Of(kind)), MerchantRing.Tag(merchant));

    private static KeyValuePair<string, object?> Event(string what) => new("event", what);
}
