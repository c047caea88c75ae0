using System.Data;
using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Writes batches over a connection of its own, one after the other.</summary>
internal sealed partial class BatchWriter(IDatabase database, ILogger logger) : IDisposable
{
    private const int MostTries = 5;

    private DbConnection? connection;
    private bool mayBeCommitted;

    /// <summary>Does the writes in one transaction and tells their callers once it is durable.</summary>
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
            // It died while it lay idle, or just now: the server was restarted, a failover, a firewall forgot it. Nothing is committed, so the writes are done
            // on another. Not so when the commit was on its way: a second time would count a notification twice, and find a create's record held by itself.
            LogConnectionLost(exception, batch.Count);
            Disconnect();
            Write([.. batch.Where(write => !write.IsOver)]);
        }
        catch (Exception exception) when (database.Classify(exception) == WriteFault.Collision)
        {
            // Two batches of different instances wanted the same records in another order. One by one nothing is held while waiting for something else.
            LogCollision(batch.Count);
            foreach (var write in batch.Where(write => !write.IsOver))
                WriteAlone(write);
        }
        catch (Exception exception)
        {
            GiveUp(batch, exception);
        }
    }

    public void Dispose() => connection?.Dispose();

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
        mayBeCommitted = false;
        connection ??= database.OpenConnection();
        using var transaction = database.BeginWrite(connection);
        foreach (var write in batch)
            Execute(write, transaction);
        mayBeCommitted = true;
        database.Commit(transaction);
        foreach (var write in batch)
            write.Publish();
    }

    private void Execute(PendingWrite write, DbTransaction transaction)
    {
        transaction.Save("write");
        try
        {
            write.Execute(transaction);
            transaction.Release("write");
        }
        catch (Exception exception) when (database.Classify(exception) == WriteFault.Own)
        {
            transaction.Rollback("write");
            transaction.Release("write");
            write.Fail(exception);
        }
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
        connection?.Dispose();
        connection = null;
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Count} writes could not be committed")]
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information, Message = "A transaction of {Count} writes collided with another and is done again, write by write")]
    private partial void LogCollision(int count);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "The connection to the database was lost before a commit; {Count} writes are done again on another")]
    private partial void LogConnectionLost(Exception exception, int count);
}
