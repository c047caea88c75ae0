using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>
/// Records every span of every source of the process when it ends, as an exporter sees it. All data of the framework
/// is switched on.
/// </summary>
public sealed class TraceCapture : IDisposable
{
    /// <summary>If off, server spans contain url.path; read once, when a server is built.</summary>
    private const string Suppress = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    private readonly ActivityListener listener;
    private readonly StringBuilder text = new();

    public TraceCapture()
    {
        AppContext.SetSwitch(Suppress, isEnabled: false);
        listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            SampleUsingParentId = (ref ActivityCreationOptions<string> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public string Text
    {
        get
        {
            lock (text)
                return text.ToString();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        AppContext.SetSwitch(Suppress, isEnabled: true);
    }

    private void Add(Activity activity)
    {
        var line = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture,
                $"{activity.Source.Name} | {activity.OperationName} | {activity.DisplayName} | {activity.Kind} | {activity.Status} "
                + $"{activity.StatusDescription} | {activity.TraceStateString} |");
        Append(activity.TagObjects);
        foreach (var each in activity.Events)
        {
            line.Append(CultureInfo.InvariantCulture, $" event {each.Name}");
            Append(each.Tags);
        }

        foreach (var link in activity.Links)
            Append(link.Tags ?? []);
        foreach (var (key, value) in activity.Baggage)
            line.Append(CultureInfo.InvariantCulture, $" baggage {key}={value}");
        lock (text)
            text.Append(line).Append('\n');

        void Append(IEnumerable<KeyValuePair<string, object?>> tags)
        {
            foreach (var (key, value) in tags)
                line.Append(CultureInfo.InvariantCulture, $" {key}={(value is string[] many ? string.Join(',', many) : value)}");
        }
    }
}
