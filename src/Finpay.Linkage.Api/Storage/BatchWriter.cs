using System.Data;
using System.Data.Common;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Writes batches over one connection, one after the other.</summary>
internal sealed partial class BatchWriter(IDatabase database, ILogger logger) : IDisposable
{
    private const int MostTries = 5;

    private DbConnection? connection;

    /// <summary>Runs the writes in one transaction, or one by one when that fails. Afterwards each has its outcome.</summary>
    public void Write(IReadOnlyList<PendingWrite> batch, int tries = 1)
    {
        batch = [.. batch.Where(write => !write.IsOver)];
        if (batch.Count == 0)
            return;
        var wasOpen = connection is not null;
        var mayBeCommitted = false;
        try
        {
            connection ??= database.OpenConnection();
            using var transaction = database.BeginWrite(connection);
            for (var index = 0; index < batch.Count;)
                index += batch[index].Execute(transaction, batch, index);
            mayBeCommitted = true;
            database.Commit(transaction);
            foreach (var write in batch)
                write.Succeed();
        }
        catch (Exception exception) when (!mayBeCommitted && wasOpen && connection!.State != ConnectionState.Open)
        {
            // The connection died before the commit (restart, failover, idle too long), so nothing is committed and
            // the writes run again on another. After a commit was sent they must not: a notification would count
            // twice, and a create would find its record held by itself.
            LogConnectionLost(exception, batch.Count);
            Disconnect();
            Write(batch, tries);
        }
        catch (Exception exception) when (mayBeCommitted || tries == MostTries || database.IsEngineFault(exception))
        {
            LogBatchFailed(exception, batch.Count);
            foreach (var write in batch)
                write.Fail(new StoreUnavailableException("The database could not commit.", exception));
            Disconnect();
        }
        catch (Exception exception) when (batch.Count > 1)
        {
            // One write is at fault, or two instances wanted the same records in another order.
            LogOneByOne(exception, batch.Count);
            foreach (var write in batch)
                Write([write]);
        }
        catch (DbException exception)
            when (exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
        {
            Write(batch, tries + 1);
        }
        catch (Exception exception)
        {
            batch[0].Fail(exception);
        }
    }

    public void Dispose() => Disconnect();

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
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Information, Message = "One of {Count} writes failed; they run again one by one")]
    private partial void LogOneByOne(Exception exception, int count);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning,
        Message = "The writing connection could not be closed; another one replaces it")]
    private partial void LogNotClosed(Exception exception);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Warning,
        Message = "The connection to the database was lost before a commit; {Count} writes run again on another one")]
    private partial void LogConnectionLost(Exception exception, int count);
}
