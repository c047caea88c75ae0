using Finpay.Linkage.Api.Merchants;

namespace Finpay.Linkage.Api.Events;

/// <summary>
/// Sends what the outbox has: one worker for each endpoint of the settings, so that none waits for another. It is woken by the commits of
/// its own process, and looks each second for those of others and for what is due again.
/// </summary>
internal sealed class EventDispatcher : BackgroundService
{
    /// <summary>How often it looks without being woken.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The time that the write queue has as well.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    private readonly EventOutbox outbox;
    private readonly TimeProvider clock;
    private readonly List<EndpointWorker> workers;
    // Ends the attempts that are still under way when the time to drain is over. Never disposed: they may still read its token.
    private readonly CancellationTokenSource ending = new();

    public EventDispatcher(
        EventOutbox outbox, EventStore store, EventSender sender, EventMetrics metrics, Storage.ColumnCipher cipher,
        IOptions<EventOptions> options, MerchantRing merchants, TimeProvider clock, ILogger<EventDispatcher> logger)
    {
        (this.outbox, this.clock) = (outbox, clock);
        var endpoints = options.Value.Endpoints.Select(one => (Options: one, Known: EventRegistry.Known(one, merchants))).ToList();
        workers = endpoints.ConvertAll(one =>
            new EndpointWorker(one.Options, one.Known, store, sender, metrics, cipher, logger, ending.Token));
        outbox.Endpoints = endpoints.ConvertAll(one => one.Known);
        outbox.Committed = WakeAll;
    }

    /// <summary>Looks now whether something is due.</summary>
    public void WakeAll() => workers.ForEach(worker => worker.Wake());

    /// <summary>Claims nothing more, and gives the attempts under way 3 s; those that take longer are made again after the start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        outbox.Committed = null;
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(DrainLimit, clock);
        await using var late = limit.Token.Register(ending.Cancel);
        await using var forced = cancellationToken.Register(ending.Cancel);
        await Task.WhenAll(workers.Select(worker => worker.DrainAsync()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (workers.Count == 0)
            return;
        var running = Task.WhenAll(workers.Select(worker => worker.RunAsync(stoppingToken)));
        using var timer = new PeriodicTimer(Interval, clock);
        WakeAll();
        while (await NextAsync())
            WakeAll();
        await running;

        async Task<bool> NextAsync()
        {
            try
            {
                return await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
