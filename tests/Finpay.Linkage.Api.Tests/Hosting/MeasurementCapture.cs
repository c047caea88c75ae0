using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>What one host counts; other hosts of the same process have meters of their own.</summary>
public sealed class MeasurementCapture : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, double> observed = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Name, long Value, IReadOnlyDictionary<string, object?> Tags)> measurements = new();

    public MeasurementCapture(ApiHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Finpay.Linkage" && ReferenceEquals(instrument.Meter.Scope, factory))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.IsObservable)
                observed[instrument.Name] = value;
            else
                measurements.Enqueue(
                (instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal)));
        });
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => observed[instrument.Name] = value);
        listener.Start();
    }

    /// <summary>The gauges as they are now.</summary>
    public IReadOnlyDictionary<string, double> Observe()
    {
        listener.RecordObservableInstruments();
        return observed;
    }

    public IReadOnlyList<(string Name, long Value, IReadOnlyDictionary<string, object?> Tags)> Measurements => [.. measurements];

    public void Dispose() => listener.Dispose();
}
