using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.Shop;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>Removes personal data of people who never finished: photos, what was prefilled, and orders without a result.</summary>
internal sealed partial class Leftovers(SessionStore store, ShopOrders orders, SandboxClock clock, ILogger<Leftovers> logger)
    : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time, because what is removed does not come back when the sandbox clock does.
        using var timer = new PeriodicTimer(Pause, clock.Inner);
        do
        {
            Remove(clock.Inner.GetUtcNow() - Kept);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Remove(DateTimeOffset limit)
    {
        try
        {
            store.ForgetPersonalDataBefore(limit);
            orders.RemoveUnfinishedBefore(limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(logger, e);
        }
    }

    [LoggerMessage(5004, LogLevel.Warning, "Photos and orders of more than a day ago can't be removed; it is tried again")]
    private static partial void LogNotRemoved(ILogger logger, Exception exception);
}
