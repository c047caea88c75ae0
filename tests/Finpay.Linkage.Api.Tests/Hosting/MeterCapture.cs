using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Every measurement of every meter of the process, with its tags.</summary>
public sealed class MeterCapture : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly StringBuilder text = new();

    public MeterCapture()
    {
        listener.InstrumentPublished = (instrument, each) => each.EnableMeasurementEvents(instrument);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    public string Text
    {
        get
        {
            lock (text)
                return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (text)
        {
            text.Append(CultureInfo.InvariantCulture, $"{instrument.Name} {value}");
            foreach (var (key, tag) in tags)
                text.Append(CultureInfo.InvariantCulture, $" {key}={tag}");
            text.Append('\n');
        }
    }
}
