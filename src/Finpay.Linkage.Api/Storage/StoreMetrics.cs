using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Finpay.Linkage.Api.Storage;

/// <summary>How the write queue keeps up.</summary>
internal sealed class StoreMetrics
{
    // A flush to a good disk takes about a millisecond; after 2 s callers give up.
    private static readonly InstrumentAdvice<double> Durations =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2] };

    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] };

    private readonly TimeProvider clock;
    private readonly Histogram<double>? commit;
    private readonly Histogram<int>? batch;

    /// <param name="meters">Null in a command, which nobody watches.</param>
    /// <param name="length">How many writes wait.</param>
    /// <param name="clock">Measures.</param>
    public StoreMetrics(IMeterFactory? meters, Func<int> length, TimeProvider clock)
    {
        this.clock = clock;
        var meter = meters?.Create(Spans.Name);
        meter?.CreateObservableUpDownCounter("linkage.store.queue.length", length, "{write}", "Writes that wait for the database.");
        commit = meter?.CreateHistogram(
            "linkage.store.commit.duration", "s", "The commit of a batch of writes, with its flush to disk.", tags: null, Durations);
        batch = meter?.CreateHistogram(
            "linkage.store.batch.size", "{write}", "Writes that shared one transaction.", tags: null, Sizes);
    }

    public long Now() => clock.GetTimestamp();

    public void Committed(IReadOnlyList<PendingWrite> writes, long began, long committing)
    {
        var ended = Now();
        commit?.Record(clock.GetElapsedTime(committing, ended).TotalSeconds);
        batch?.Record(writes.Count);
        foreach (var write in writes)
        {
            if (write.Enqueued is { } enqueued)
                write.Times = new(clock.GetElapsedTime(enqueued, began), clock.GetElapsedTime(committing, ended), writes.Count);
        }
    }

    /// <summary>Begins the span of a write, where it belongs to the span of a call.</summary>
    public Activity? Trace(PendingWrite write)
    {
        var span = Activity.Current is null ? null : Spans.Start("write");
        if (span is not null)
            write.Enqueued = Now();
        return span;
    }

    public static void Describe(Activity? span, PendingWrite write)
    {
        if (span is not null && write.Times is { } times)
            span.SetTag("linkage.store.wait", times.Wait.TotalSeconds).SetTag("linkage.store.commit", times.Commit.TotalSeconds)
                .SetTag("linkage.store.batch", times.Batch);
        else
            span?.SetStatus(ActivityStatusCode.Error);
    }
}

/// <summary>How long a write waited for its batch, and the batch for its commit.</summary>
internal sealed record WriteTimes(TimeSpan Wait, TimeSpan Commit, int Batch);
