using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Browser;

/// <summary>
/// The open streams of this instance. While there are any, one query a second finds what has changed, whoever changed it. What this
/// instance has changed, and the first event of a new stream, are looked up at once.
/// </summary>
internal sealed partial class BrowserStreams : BackgroundService, IHostedLifecycleService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // So that thousands of changes or new streams at the same time share a few queries.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    private readonly BrowserReader reader;
    private readonly BrowserOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<BrowserStreams> logger;
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<BrowserStream>> followed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim opened = new(0);

    // When it is full, the query of the next second finds the rest.
    private readonly Channel<string> changed = Channel.CreateBounded<string>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile int count;
    private volatile bool isStopping;
    private volatile bool isFailing;

    public BrowserStreams(
        BrowserReader reader, WriteQueue writes, IOptions<BrowserOptions> options, IMeterFactory meters, TimeProvider clock,
        ILogger<BrowserStreams> logger)
    {
        (this.reader, this.options, this.clock, this.logger) = (reader, options.Value, clock, logger);
        writes.Committed = LookUp;
        meters.Create(Spans.Name).CreateObservableUpDownCounter(
            "linkage.browser.streams", () => count, "{stream}", "Open streams of pages.");
    }

    /// <returns>Null when there is no room. The caller disposes of it.</returns>
    public BrowserStream? Open(BrowserToken token, long lastEventId)
    {
        var reference = token.PartnerReferenceNo;
        var stream = new BrowserStream(token, lastEventId, Close) { LastSign = clock.GetTimestamp() };
        lock (gate)
        {
            var streams = followed.GetValueOrDefault(reference) ?? [];
            if (isStopping || count >= options.MaxStreams || streams.Count >= options.MaxStreamsPerUpgrade)
                return null;
            streams.Add(stream);
            followed[reference] = streams;
            if (++count == 1)
                opened.Release();
        }

        LookUp(reference);
        return stream;
    }

    /// <summary>After the delay of the shutdown, before the server waits for its connections.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            isStopping = true;
            foreach (var stream in followed.Values.SelectMany(streams => streams))
                stream.End(StreamEnd.Shutdown);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        base.Dispose();
        opened.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(LookEverySecondAsync(stoppingToken), LookAtOnceAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Also when the host is disposed without a stop, which would else be an error.
        }
    }

    private void Close(BrowserStream stream)
    {
        lock (gate)
        {
            if (!followed.TryGetValue(stream.PartnerReferenceNo, out var streams) || !streams.Remove(stream))
                return;
            if (streams.Count == 0)
                followed.Remove(stream.PartnerReferenceNo);
            count--;
        }
    }

    private void LookUp(string reference)
    {
        if (count == 0)
            return;
        lock (gate)
        {
            if (!followed.ContainsKey(reference))
                return;
        }

        changed.Writer.TryWrite(reference);
    }

    private async Task LookEverySecondAsync(CancellationToken stopping)
    {
        while (true)
        {
            await opened.WaitAsync(stopping);
            using var second = new PeriodicTimer(Interval, clock);
            while (count > 0 && await second.WaitForNextTickAsync(stopping))
            {
                ShowLife();
                await TellAsync(null, stopping);
            }
        }
    }

    private async Task LookAtOnceAsync(CancellationToken stopping)
    {
        while (await changed.Reader.WaitToReadAsync(stopping))
        {
            var references = new HashSet<string>(StringComparer.Ordinal);
            while (changed.Reader.TryRead(out var reference))
                references.Add(reference);
            await TellAsync(references, stopping);
            await Task.Delay(Pause, clock, stopping);
        }
    }

    private void ShowLife()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            foreach (var stream in followed.Values.SelectMany(streams => streams))
            {
                if (stream.ExpiresAt <= now)
                    stream.End(StreamEnd.Expired);
                if (clock.GetElapsedTime(stream.LastSign) < SignOfLife)
                    continue;
                stream.LastSign = clock.GetTimestamp();
                stream.Wake();
            }
        }
    }

    /// <summary>Tells the streams what is newer than they know; of all upgrades, unless some are named.</summary>
    private async Task TellAsync(IReadOnlySet<string>? references, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        Dictionary<string, long> known;
        lock (gate)
            known = (references ?? followed.Keys.AsEnumerable()).Where(followed.ContainsKey).ToDictionary(
                reference => reference, reference => followed[reference].Min(stream => stream.Known(now)), StringComparer.Ordinal);
        if (known.Count == 0)
            return;
        try
        {
            foreach (var view in await reader.FindNewerAsync(known, stopping))
                Tell(view.PartnerReferenceNo, new ToldView(
                    view.Version, view.Final, view.Expired == true, view.ExpiryTime,
                    JsonSerializer.Serialize(view, BrowserJson.Shared.BrowserView)));
            isFailing = false;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // No failure ends the streams; the next second tries again.
            if (!isFailing)
                LogFailed(exception);
            isFailing = true;
        }
    }

    private void Tell(string reference, ToldView view)
    {
        lock (gate)
        {
            foreach (var stream in followed.GetValueOrDefault(reference) ?? [])
            {
                if (stream.Offer(view))
                    stream.LastSign = clock.GetTimestamp();
            }
        }
    }

    [LoggerMessage(EventId = 1602, Level = LogLevel.Warning,
        Message = "Changes can't be looked up for the open pages; it is tried every second, and told once")]
    private partial void LogFailed(Exception exception);
}
