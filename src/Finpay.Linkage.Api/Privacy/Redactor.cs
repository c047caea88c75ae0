using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>Redacts, and erases what was overwritten from the disk.</summary>
internal sealed partial class Redactor(WriteQueue writes, IDatabase database, TimeProvider clock, ILogger<Redactor> logger)
    : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    // The first is what a killed process may have left.
    private long changes = 1;
    private long asked;

    /// <returns>Null when there is no upgrade of this reference.</returns>
    /// <exception cref="StoreUnavailableException">It was not committed in time; it may be committed later.</exception>
    public async Task<RedactionReceipt?> RedactAsync(string partnerReferenceNo, string actor)
    {
        var now = clock.GetUtcNow();
        var receipt = await ChangeAsync(RedactionStore.RedactAsync(writes, new(partnerReferenceNo, actor, now)));
        if (receipt is null)
            return null;
        LogRedacted(partnerReferenceNo, receipt.RedactedAt, receipt.HistoryEntries, receipt.Notifications);
        await EraseAsync();
        return receipt;
    }

    /// <summary>The same for one that was found to be due in this version. <see cref="EraseAsync"/> is called after many of them.</summary>
    public async Task<bool> RedactDueAsync(string partnerReferenceNo, long version)
    {
        var now = clock.GetUtcNow();
        return await ChangeAsync(RedactionStore.RedactAsync(
            writes, new(partnerReferenceNo, AuditTrail.Retention, now) { DueVersion = version })) is not null;
    }

    /// <summary>The same for a notification without an upgrade that has not arrived after that time.</summary>
    public async Task<bool> RedactDueNotificationAsync(string id, DateTimeOffset latest)
    {
        var now = clock.GetUtcNow();
        return await ChangeAsync(writes.ExecuteAsync(
            id, writing => RedactionStore.RedactNotification(writing, id, latest, now), persistent: true));
    }

    /// <summary>
    /// Erases what was overwritten before the call, once for all that call at the same time; again with a later call when a reader or
    /// another program is in the way.
    /// </summary>
    public async Task EraseAsync()
    {
        var mine = Volatile.Read(ref changes);
        await turn.WaitAsync();
        try
        {
            // An erasure that began after the caller's change has erased that too.
            if (asked >= mine)
                return;
            asked = Volatile.Read(ref changes);
            if (await database.EraseAsync(clock))
                return;
            Interlocked.Increment(ref changes);
            LogNotErased();
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<T> ChangeAsync<T>(Task<T> change)
    {
        try
        {
            return await change;
        }
        finally
        {
            // Slices may have been written before, and when its caller has given up, the queue has not.
            Interlocked.Increment(ref changes);
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information,
        Message = "Upgrade {PartnerReferenceNo}: redacted at {RedactedAt:O}, {HistoryEntries} steps of history and {Notifications} "
            + "notifications")]
    private partial void LogRedacted(string partnerReferenceNo, DateTimeOffset redactedAt, int historyEntries, int notifications);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning,
        Message = "Redacted data is still in the write-ahead log, which is in use; it is emptied later")]
    private partial void LogNotErased();
}
