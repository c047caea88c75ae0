using System.Data.Common;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>What the two engines do differently. The statements are the same text on both (docs/decisions/0011).</summary>
internal interface IDatabase : IDisposable
{
    /// <summary>How many batches may be written at the same time.</summary>
    int Writers { get; }

    /// <summary>An open connection; its taker disposes it.</summary>
    /// <exception cref="DbException">The database can't be reached.</exception>
    DbConnection OpenConnection();

    /// <inheritdoc cref="OpenConnection"/>
    Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken);

    /// <summary>A transaction that may write from its first statement on; it fails when it waits longer for another one's record.</summary>
    DbTransaction BeginWrite(DbConnection connection, int lockWaitMs);

    /// <summary>Ends when it is on disk.</summary>
    /// <exception cref="DbException">Nothing of it is kept, and the cause; disposing of the transaction does not hide it.</exception>
    void Commit(DbTransaction transaction);

    /// <summary>A transaction that sees one state of the data.</summary>
    DbTransaction BeginRead(DbConnection connection);

    /// <summary>Removes from the disk what was overwritten and lingers beside the data.</summary>
    /// <returns>False when somebody is in the way; it does not wait for that one.</returns>
    bool TryErase();

    /// <summary>Whether the engine failed (disk, connection, corruption, a lock), not a write (a constraint, a value).</summary>
    bool IsEngineFault(Exception exception);
}

internal static class Erasing
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries to erase until nobody is in the way: for a second, unless <paramref name="tries"/> says otherwise.</summary>
    /// <returns>False when somebody still is.</returns>
    public static async Task<bool> EraseAsync(this IDatabase database, TimeProvider clock, int tries = 20)
    {
        for (; !await Task.Run(database.TryErase); tries--)
        {
            if (tries <= 1)
                return false;
            await Task.Delay(Pause, clock);
        }

        return true;
    }
}

/// <summary>What the engines spell differently inside a statement.</summary>
internal static class Dialect
{
    /// <summary>The server's time inside a statement where instances share one; NULL with SQLite, so that ours counts.</summary>
    public const string ServerTime = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private static readonly Statement SelectServerTime = new($"SELECT {ServerTime}");

    private static readonly Statement ServerLock = new("SELECT pg_advisory_xact_lock(@key)");

    /// <summary>Waits until no other transaction holds this lock; with SQLite there is one writer anyway.</summary>
    public static void Lock(this DbTransaction transaction, long key)
    {
        if (transaction is NpgsqlTransaction)
            ServerLock.Execute(transaction, ("@key", key));
    }

    private static readonly Statement TryLockReference = new("SELECT pg_try_advisory_xact_lock(hashtextextended(@reference, 0))");

    private static readonly Statement LockReferences =
        new("SELECT pg_advisory_xact_lock(hashtextextended(reference, 0)) FROM unnest(@references) AS named (reference)");

    /// <summary>
    /// Until the transaction ends, no other one adopts or stores orphans of these references. With SQLite nobody else writes anyway.
    /// </summary>
    /// <returns>Whether another transaction may have written since this one looked.</returns>
    public static bool HoldOrphans(this DbTransaction transaction, params string[] references)
    {
        if (transaction is not NpgsqlTransaction || references.Length == 0)
            return false;
        LockReferences.Query(transaction, _ => true, ("@references", references));
        return true;
    }

    /// <summary>The same for one reference, without waiting.</summary>
    /// <returns>False when another transaction holds it, which may store an orphan.</returns>
    public static bool TryHoldOrphans(this DbTransaction transaction, string reference) =>
        transaction is not NpgsqlTransaction
            || TryLockReference.Query(transaction, reader => reader.GetBoolean(0), ("@reference", reference)).Single();

    /// <summary>The time that leases go by: the server's where instances share one, else ours. It is read inside the
    /// transaction, so that time never runs backwards from one transaction to the next.</summary>
    public static DateTimeOffset Now(this DbTransaction transaction, TimeProvider ours) =>
        transaction is NpgsqlTransaction ? SelectServerTime.Query(transaction, reader => reader.Time(0))[0] : ours.GetUtcNow().AsStored();

    /// <summary>The same without a transaction of the caller's.</summary>
    public static async Task<DateTimeOffset> NowAsync(this IDatabase database, TimeProvider ours, CancellationToken cancellationToken) =>
        (await SelectServerTime.QueryAsync(database, reader => reader.TimeOrNull(0), cancellationToken))[0] ?? ours.GetUtcNow().AsStored();
}
