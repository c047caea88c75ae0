using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Writes batches over one connection, one after the other.</summary>
internal sealed partial class BatchWriter(IDatabase database, StoreMetrics metrics, ILogger logger) : IDisposable
{
    // Waking a thread for each outcome costs more than telling it.
    private const int ToldTogether = 16;

    // Milliseconds for which a batch, or one write alone, waits for a record that is locked.
    private const int BatchWait = 100;
    private const int AloneWait = 10;

    private DbConnection? connection;

    /// <summary>Runs the writes in one transaction; if nothing of that is kept, one by one. Each is told how it ended.</summary>
    /// <param name="batch">Of any records, or of one that was locked before.</param>
    /// <param name="setAside">Takes the writes whose record is locked: they are not told.</param>
    /// <returns>False when the database itself failed.</returns>
    public bool Write(IReadOnlyList<PendingWrite> batch, Action<PendingWrite> setAside)
    {
        var wasLocked = batch[0].IsSetAside;
        if (Try(batch, wasLocked ? AloneWait : BatchWait, out var failure))
        {
            foreach (var part in batch.Chunk(ToldTogether))
                Tell(part, null);
            return true;
        }

        if (!wasLocked)
            LogOneByOne(failure, batch.Count);
        // A database that stays locked for longer than callers wait: nobody is left to tell, and still it fails.
        if (batch.All(write => write.IsAbandoned))
            return IsCollision(failure!) || (failure is not StoreUnavailableException && !database.IsEngineFault(failure!));
        var refused = 0;
        foreach (var write in batch.Where(write => !write.IsAbandoned))
        {
            // What may be committed is not done again, and a database that is gone is not asked for every write.
            if (failure is not StoreUnavailableException && Try([write], AloneWait, out failure))
            {
                Tell([write], null);
            }
            else if (IsCollision(failure!))
            {
                setAside(write);
            }
            else if (failure is not StoreUnavailableException && !database.IsEngineFault(failure!))
            {
                Tell([write], failure);
            }
            else
            {
                refused++;
                Tell([write], new StoreUnavailableException("The database could not commit.", failure));
            }
        }

        if (refused > 0)
            LogRefused(failure, refused);
        return refused == 0;
    }

    public void Dispose() => Disconnect();

    /// <returns>Whether they are committed. If that is not known, the failure is a StoreUnavailableException.</returns>
    private bool Try(IReadOnlyList<PendingWrite> writes, int wait, out Exception? failure)
    {
        var wasOpen = connection is not null;
        var (hasBegun, mayBeCommitted, began) = (false, false, metrics.Now());
        try
        {
            connection ??= database.OpenConnection();
            // Two batches that want each other's records must not give up at the same time.
            using var transaction = database.BeginWrite(connection, RandomNumberGenerator.GetInt32(wait / 2, wait * 3 / 2));
            hasBegun = true;
            for (var index = 0; index < writes.Count;)
                index += writes[index].Execute(transaction, writes, index);
            mayBeCommitted = true;
            var committing = metrics.Now();
            database.Commit(transaction);
            metrics.Committed(writes, began, committing);
            failure = null;
            return true;
        }
        catch (Exception exception)
        {
            // An open connection may have been ended meanwhile (restart, failover, idle too long): then another one may do.
            var isUndone = !mayBeCommitted && (hasBegun || (wasOpen && connection!.State != ConnectionState.Open));
            failure = isUndone ? exception : new StoreUnavailableException("The commit was not confirmed, or never tried.", exception);
            Disconnect();
            return false;
        }
    }

    private static bool IsCollision(Exception failure) => failure is DbException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable,
    };

    private static void Tell(PendingWrite[] writes, Exception? failure) => ThreadPool.UnsafeQueueUserWorkItem(
        told => Array.ForEach(told.writes, write => write.Tell(told.failure)), (writes, failure), preferLocal: false);

    private void Disconnect()
    {
        try
        {
            connection?.Dispose();
        }
        catch (DbException closing)
        {
            // On a dying disk closing may fail too; that must not end the writer.
            LogNotClosed(closing);
        }

        connection = null;
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Count} writes could not be committed")]
    private partial void LogRefused(Exception? exception, int count);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information,
        Message = "{Count} writes were not committed together; they run one by one")]
    private partial void LogOneByOne(Exception? exception, int count);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning,
        Message = "The writing connection could not be closed; another one replaces it")]
    private partial void LogNotClosed(Exception exception);
}
