using System.Diagnostics.Metrics;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>The measurements of callbacks.</summary>
internal sealed class CallbackMetrics
{
    public const string MeterName = "Finpay.Linkage";
    public const string RefusedName = "linkage.callbacks.refused";

    private readonly Counter<long> refused;

    // The factory owns the meter and disposes of it.
    public CallbackMetrics(IMeterFactory meters) => refused = meters.Create(MeterName).CreateCounter<long>(
        RefusedName, "{callback}", "Callbacks that failed authentication, by the rung that did not pass.");

    public void CountRefused(CallbackAuthentication rung) => refused.Add(1, new KeyValuePair<string, object?>("rung", CallbackAuthenticator.Name(rung)));
}
