using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>Redacts, and erases what was overwritten from the disk.</summary>
internal sealed partial class Redactor(WriteQueue writes, IDatabase database, TimeProvider clock, ILogger<Redactor> logger)
{
    private volatile bool mustErase;

    /// <param name="partnerReferenceNo">The reference.</param>
    /// <param name="actor">Who asked for it.</param>
    /// <returns>Null when there is no upgrade of this reference.</returns>
    /// <exception cref="StoreUnavailableException">It was not committed in time; it may be committed later.</exception>
    public async Task<RedactionReceipt?> RedactAsync(string partnerReferenceNo, string actor)
    {
        var now = clock.GetUtcNow();
        var receipt = await ChangeAsync(
            partnerReferenceNo, transaction => RedactionStore.Redact(transaction, partnerReferenceNo, actor, now));
        if (receipt is null)
            return null;
        LogRedacted(partnerReferenceNo, receipt.RedactedAt, receipt.HistoryEntries, receipt.Notifications);
        await EraseAsync();
        return receipt;
    }

    /// <summary>
    /// The same for one that is due for its age, unless it has changed since. <see cref="EraseAsync"/> is called after many of them.
    /// </summary>
    /// <param name="partnerReferenceNo">The reference.</param>
    /// <param name="version">The version of the record that was found to be due.</param>
    /// <param name="actor">Who asked for it.</param>
    public async Task<bool> RedactDueAsync(string partnerReferenceNo, long version, string actor)
    {
        var now = clock.GetUtcNow();
        return await ChangeAsync(
            partnerReferenceNo,
            transaction => UpgradeRecords.Find(transaction, partnerReferenceNo) is { RedactedAt: null } row && row.Version == version
                ? RedactionStore.Redact(transaction, partnerReferenceNo, actor, now)
                : null) is not null;
    }

    /// <summary>The same for a notification without an upgrade.</summary>
    /// <param name="id">Of the notification.</param>
    /// <param name="latest">It is due when it did not arrive after this time.</param>
    /// <param name="actor">Who asked for it.</param>
    public async Task<bool> RedactDueNotificationAsync(string id, DateTimeOffset latest, string actor)
    {
        var now = clock.GetUtcNow();
        return await ChangeAsync(
            id, transaction => RedactionStore.RedactNotification(transaction, id, latest, actor, now) ? id : null) is not null;
    }

    /// <summary>Erases what was overwritten; tried again later when a reader or another program is in the way.</summary>
    public async Task EraseAsync()
    {
        if (!mustErase)
            return;
        // A redaction that happens meanwhile sets it again.
        mustErase = false;
        if (await Task.Run(database.TryErase))
            return;
        mustErase = true;
        LogNotErased();
    }

    /// <returns>Null when nothing was changed.</returns>
    private async Task<T?> ChangeAsync<T>(string key, Func<DbTransaction, T?> work)
        where T : class
    {
        try
        {
            var changed = await writes.ExecuteAsync(key, work, persistent: true);
            if (changed is not null)
                mustErase = true;
            return changed;
        }
        catch (StoreUnavailableException)
        {
            // The caller has given up, the queue has not.
            mustErase = true;
            throw;
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information,
        Message = "Upgrade {PartnerReferenceNo}: redacted at {RedactedAt:O}, {HistoryEntries} steps of history and {Notifications} "
            + "notifications")]
    private partial void LogRedacted(string partnerReferenceNo, DateTimeOffset redactedAt, int historyEntries, int notifications);

    [LoggerMessage(
        EventId = 1202,
        Level = LogLevel.Warning,
        Message = "Redacted data is still in the write-ahead log, which is in use; it is emptied later")]
    private partial void LogNotErased();
}
