using System.Diagnostics;
using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>What became of authentic callbacks.</summary>
internal sealed class CallbackMetrics
{
    public const string CallbacksName = "linkage.callbacks";

    // From a customer at the page to one who sleeps over it.
    private static readonly InstrumentAdvice<double> Delays =
        new() { HistogramBucketBoundaries = [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200, 86_400, 259_200, 604_800] };

    private readonly Counter<long> callbacks;
    private readonly Histogram<double> delay;

    public CallbackMetrics(IMeterFactory meters, MerchantRing merchants)
    {
        var meter = meters.Create(Spans.Name);
        callbacks = meter.CreateCounter<long>(
            CallbacksName, "{callback}", "Authentic callbacks, by the code of the answer and what became of the notification.");
        delay = meter.CreateHistogram(
            "linkage.callback.delay", "s", "From the issue of a widget to the notification of its result.", tags: null, Delays);
        foreach (var merchant in merchants.All)
            callbacks.Add(0, Code(CallbackReply.Taken.ResponseCode), Kind(Disposition.Applied), MerchantRing.Tag(merchant));
    }

    public void Count(Activity? span, string code, StoredNotification stored, Merchant? merchant)
    {
        callbacks.Add(1, Code(code), Kind(stored.Disposition), MerchantRing.Tag(merchant));
        if (stored.SinceWidget is { } waited)
            delay.Record(Math.Max(0, waited.TotalSeconds), MerchantRing.Tag(merchant));
        span?.SetTag("linkage.code", code).SetTag("linkage.disposition", EnumText.Of(stored.Disposition));
    }

    private static KeyValuePair<string, object?> Code(string code) => new("code", code);

    private static KeyValuePair<string, object?> Kind(Disposition disposition) => new("disposition", EnumText.Of(disposition));
}
