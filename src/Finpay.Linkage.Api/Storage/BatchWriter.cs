using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Writes batches over a connection of its own, one after the other.</summary>
internal sealed partial class BatchWriter(IDatabase database, ILogger logger) : IDisposable
{
    private const int MostTries = 5;

    private DbConnection? connection;

    /// <summary>Does the writes in one transaction and tells their callers once it is durable.</summary>
    public void Write(IReadOnlyList<PendingWrite> batch)
    {
        if (batch.Count == 0)
            return;
        try
        {
            // Savepoints cost as much as two statements for each write. They are needed only once one fails.
            if (!TryCommit(batch))
                CommitSeparately(batch);
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
                CommitSeparately([write]);
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

    private bool TryCommit(IReadOnlyList<PendingWrite> batch)
    {
        using var transaction = Begin();
        try
        {
            foreach (var write in batch)
                write.Execute(transaction);
        }
        catch (Exception exception) when (database.Classify(exception) == WriteFault.Own)
        {
            return false;
        }

        Commit(transaction, batch);
        return true;
    }

    private void CommitSeparately(IReadOnlyList<PendingWrite> batch)
    {
        using var transaction = Begin();
        foreach (var write in batch)
            ExecuteSeparately(write, transaction);
        Commit(transaction, batch);
    }

    private DbTransaction Begin() => database.BeginWrite(connection ??= database.OpenConnection());

    private static void Commit(DbTransaction transaction, IReadOnlyList<PendingWrite> batch)
    {
        transaction.Commit();
        foreach (var write in batch)
            write.Publish();
    }

    private void ExecuteSeparately(PendingWrite write, DbTransaction transaction)
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
        connection?.Dispose();
        connection = null;
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Count} writes could not be committed")]
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information, Message = "A transaction of {Count} writes collided with another and is done again, write by write")]
    private partial void LogCollision(int count);
}
