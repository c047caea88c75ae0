using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Applies scripts to PostgreSQL while older instances write to it.</summary>
internal static partial class PostgreSqlSchema
{
    public const string HasVersions = "SELECT to_regclass('schema_version') IS NOT NULL";

    // «FPLK»
    private const long Lock = 0x46504C4B;

    // An index on a large table takes minutes, and another instance waits for it as long.
    private const int OnlineSeconds = 3600;

    // A lock that is not free makes every write behind it wait as well: it is asked for briefly and often.
    private const string BriefLocks = "SET LOCAL lock_timeout = '50ms'";
    private const string Pause = "SELECT pg_sleep(0.5)";
    private const int Tries = 120;

    public static void Apply(Func<DbConnection> open, DateTimeOffset now, IReadOnlyList<SchemaScript> scripts)
    {
        using var connection = open();
        if (connection.Scalar(HasVersions) is true && Schema.Missing(connection, null, scripts).Count == 0)
            return;
        using var waiting = open();
        using var turn = TakeTurn(waiting);
        connection.Run(Schema.CreateVersions);
        foreach (var script in Schema.Missing(connection, null, scripts))
        {
            if (script.IsOnline)
                RunOnline(connection, script);
            RunAtOnce(connection, script, now);
        }
    }

    /// <summary>
    /// Many instances may start at once. The lock ends with its transaction, so a pooler is no harm. It is not waited for inside a
    /// statement: CREATE INDEX CONCURRENTLY waits for every statement that runs, and would wait for those that wait for it.
    /// </summary>
    private static DbTransaction TakeTurn(DbConnection connection)
    {
        for (var left = 2 * OnlineSeconds; left > 0; left--)
        {
            var transaction = connection.BeginTransaction();
            if (connection.Scalar($"SELECT pg_try_advisory_xact_lock({Lock})", transaction) is true)
            {
                connection.Run("SET LOCAL idle_in_transaction_session_timeout = 0", transaction);
                return transaction;
            }

            transaction.Dispose();
            connection.Run(Pause);
        }

        throw new TimeoutException("another instance has not ended its change of the schema.");
    }

    private static void RunOnline(DbConnection connection, SchemaScript script)
    {
        foreach (var (sql, isRepeated) in script.Statements)
        {
            if (IndexName().Match(sql) is { Success: true } index)
                DropUnfinished(connection, index.Groups["name"].Value);
            while (Run(sql) > 0 && isRepeated)
            {
            }
        }

        int Run(string sql)
        {
            for (var left = Tries; ; left--)
            {
                try
                {
                    return connection.Run(sql, transaction: null, OnlineSeconds);
                }
                catch (PostgresException exception) when (left > 0 && IsCollision(exception))
                {
                    connection.Run(Pause);
                }
            }
        }
    }

    /// <summary>An index that was interrupted is there, slows every write, and serves no query.</summary>
    private static void DropUnfinished(DbConnection connection, string index)
    {
        for (var left = Tries; ; left--)
        {
            // The server may still be building it for an instance that was killed.
            while (IsBeingBuilt())
                connection.Run(Pause);
            if (!IsInvalid())
                return;
            // A build that has just ended commits in this time.
            connection.Run(Pause);
            if (IsBeingBuilt() || !IsInvalid())
                continue;
            try
            {
                connection.Run($"DROP INDEX CONCURRENTLY {index}", transaction: null, OnlineSeconds);
            }
            catch (PostgresException exception) when (left > 0 && exception.SqlState == PostgresErrorCodes.InternalError)
            {
                // «tuple concurrently updated»: the build ended at this moment all the same.
            }
        }

        bool IsBeingBuilt() => connection.Scalar(
            $"SELECT count(*) FROM pg_stat_progress_create_index WHERE index_relid = to_regclass('{index}')") is > 0L;

        bool IsInvalid() => connection.Scalar($"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{index}')") is false;
    }

    // Of an online script nothing is left to do but to note it.
    private static void RunAtOnce(DbConnection connection, SchemaScript script, DateTimeOffset now)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                using var transaction = connection.BeginTransaction();
                connection.Run(BriefLocks, transaction);
                if (!script.IsOnline)
                    connection.Run(script.Sql, transaction, Schema.PatienceSeconds);
                Schema.Note(transaction, script, now);
                transaction.Commit();
                return;
            }
            catch (PostgresException exception) when (left > 0 && IsCollision(exception))
            {
                connection.Run(Pause);
            }
        }
    }

    private static bool IsCollision(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;

    [GeneratedRegex(@"\bINDEX CONCURRENTLY IF NOT EXISTS (?<name>\w+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IndexName();
}
