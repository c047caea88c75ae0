using System.Data;
using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Writes batches over one connection, one after the other.</summary>
internal sealed partial class BatchWriter(IDatabase database, ILogger logger) : IDisposable
{
    private const int MostTries = 5;

    private DbConnection? connection;
    private bool mayBeCommitted;

    /// <summary>Runs the writes in one transaction. Afterwards each has its outcome.</summary>
    public void Write(IReadOnlyList<PendingWrite> batch)
    {
        if (batch.Count == 0)
            return;
        var wasOpen = connection is not null;
        try
        {
            Commit(batch);
        }
        catch (Exception exception) when (wasOpen && !mayBeCommitted && connection!.State != ConnectionState.Open)
        {
            // The connection died before the commit (restart, failover, idle too long), so nothing is committed and
            // the writes run again on another. After a commit was sent they must not: a notification would count
            // twice, and a create would find its record held by itself.
            LogConnectionLost(exception, batch.Count);
            Disconnect();
            Write([.. batch.Where(write => !write.IsOver)]);
        }
        catch (Exception exception) when (database.Classify(exception) == WriteFault.Collision)
        {
            // Two instances wanted the same records in another order. A write alone holds nothing while it waits.
            LogCollision(batch.Count);
            foreach (var write in batch.Where(write => !write.IsOver))
                WriteAlone(write);
        }
        catch (Exception exception)
        {
            GiveUp(batch, exception);
        }
    }

    public void Dispose() => Disconnect();

    private void WriteAlone(PendingWrite write)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Commit([write]);
                return;
            }
            catch (Exception exception) when (tries < MostTries && database.Classify(exception) == WriteFault.Collision)
            {
                LogCollision(1);
            }
            catch (Exception exception)
            {
                GiveUp([write], exception);
                return;
            }
        }
    }

    private void Commit(IReadOnlyList<PendingWrite> batch)
    {
        // Savepoints cost two statements for each write, so they are used only after one has failed.
        if (!TryCommit(batch, ExecuteTogether))
            TryCommit(batch, ExecuteSeparately);
    }

    private bool TryCommit(IReadOnlyList<PendingWrite> batch, Func<DbTransaction, IReadOnlyList<PendingWrite>, bool> execute)
    {
        mayBeCommitted = false;
        connection ??= database.OpenConnection();
        using var transaction = database.BeginWrite(connection);
        if (!execute(transaction, batch))
            return false;
        mayBeCommitted = true;
        database.Commit(transaction);
        foreach (var write in batch)
            write.Succeed();
        return true;
    }

    private bool ExecuteTogether(DbTransaction transaction, IReadOnlyList<PendingWrite> batch)
    {
        try
        {
            foreach (var write in batch)
                write.Execute(transaction);
            return true;
        }
        catch (Exception exception) when (database.Classify(exception) == WriteFault.Own)
        {
            LogOneAtFault(exception, batch.Count);
            return false;
        }
    }

    private bool ExecuteSeparately(DbTransaction transaction, IReadOnlyList<PendingWrite> batch)
    {
        foreach (var write in batch)
        {
            transaction.Save("write");
            try
            {
                write.Execute(transaction);
            }
            catch (Exception exception) when (database.Classify(exception) == WriteFault.Own)
            {
                transaction.Rollback("write");
                write.Fail(exception);
            }

            transaction.Release("write");
        }

        return true;
    }

    private void GiveUp(IReadOnlyList<PendingWrite> batch, Exception exception)
    {
        LogBatchFailed(exception, batch.Count);
        foreach (var write in batch)
            write.Fail(new StoreUnavailableException("The database could not commit.", exception));
        Disconnect();
    }

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

    [LoggerMessage(
        EventId = 3008,
        Level = LogLevel.Information,
        Message = "One of {Count} writes failed; they run again, each with its own savepoint")]
    private partial void LogOneAtFault(Exception exception, int count);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Count} writes could not be committed")]
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(
        EventId = 3003,
        Level = LogLevel.Information,
        Message = "A transaction of {Count} writes collided with another; its writes run again one by one")]
    private partial void LogCollision(int count);

    [LoggerMessage(
        EventId = 3006, Level = LogLevel.Warning, Message = "The writing connection could not be closed; another one replaces it")]
    private partial void LogNotClosed(Exception exception);

    [LoggerMessage(
        EventId = 3007,
        Level = LogLevel.Warning,
        Message = "The connection to the database was lost before a commit; {Count} writes run again on another one")]
    private partial void LogConnectionLost(Exception exception, int count);
}
