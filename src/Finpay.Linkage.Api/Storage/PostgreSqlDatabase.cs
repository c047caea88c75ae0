using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Finpay.Linkage.Api.Settings;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A PostgreSQL server, or several of which one is writable. Nothing is set for a session, so a pooler may be used.</summary>
internal sealed class PostgreSqlDatabase(NpgsqlDataSource source) : IDatabase
{
    private const int OldestVersion = 150_000;

    // An instance that stops inside of a transaction (a paused machine) must not hold its records longer than a caller waits.
    private const string IdleLimit = "SET LOCAL idle_in_transaction_session_timeout = 2000";

    // Of transactions that have not run a statement yet.
    private static readonly ConditionalWeakTable<DbTransaction, string> Limits = [];

    /// <summary>Enough for commits to overlap, few enough for writes to share one.</summary>
    public int Writers => 2;

    /// <exception cref="SettingsException">The server can't be used; the message says why.</exception>
    public static PostgreSqlDatabase Open(StorageOptions options, TimeProvider clock, IReadOnlyList<SchemaScript>? scripts = null) =>
        Open(options, (database, _) =>
            PostgreSqlSchema.Apply(database.OpenConnection, clock.GetUtcNow(), scripts ?? SchemaScript.OfPostgreSql));

    /// <summary>For a command: beside services that may be running. There must be a database of this version.</summary>
    /// <exception cref="SettingsException">The server can't be used; the message says why.</exception>
    public static PostgreSqlDatabase OpenBeside(StorageOptions options) => Open(options, (_, connection) =>
        Schema.ThrowIfOther(connection, connection.Scalar(PostgreSqlSchema.HasVersions) is true));

    private static PostgreSqlDatabase Open(StorageOptions options, Action<PostgreSqlDatabase, DbConnection> prepare)
    {
        var builder = Complete(options.ConnectionString!.Reveal());
        var database = new PostgreSqlDatabase(
            // Npgsql's metrics would have the connection string as the name.
            new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = "linkage" }.Build());
        try
        {
            using var connection = database.OpenConnection();
            if (Problems(connection).FirstOrDefault() is { } problem)
                throw new SettingsException(problem);
            prepare(database, connection);
            return database;
        }
        catch (Exception exception)
        {
            database.Dispose();
            if (exception is DbException or SocketException or TimeoutException)
                throw new SettingsException(
                    $"The PostgreSQL database {builder.Database} on {builder.Host} can't be used: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>What the connection string leaves open.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // Resetting a session on return is an extra round trip, and no use behind a pooler.
        builder.NoResetOnClose = true;
        if (!Says("Timeout"))
            builder.Timeout = 2;
        if (!Says("Command Timeout"))
            builder.CommandTimeout = 3;
        // Two writers, sixteen readers (ReadLimit), a probe and retention: instances share what the server has (docs/operations.md).
        if (!Says("Maximum Pool Size"))
            builder.MaxPoolSize = 20;
        if (!Says("Cancellation Timeout"))
            builder.CancellationTimeout = 500;
        if (!Says("Target Session Attributes") && builder.Host?.Contains(',', StringComparison.Ordinal) == true)
            builder.TargetSessionAttributes = "read-write";
        if (!Says("Host Recheck Seconds"))
            builder.HostRecheckSeconds = 1;
        builder.ApplicationName ??= "finpay-linkage";
        return builder;

        bool Says(string keyword) => builder.ShouldSerialize(keyword);
    }

    public DbConnection OpenConnection() => source.OpenConnection();

    public async Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        await source.OpenConnectionAsync(cancellationToken);

    public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        // For the transaction alone: a pooler may stand between.
        Limits.AddOrUpdate(
            transaction, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {lockWaitMs}; {IdleLimit}; "));
        return transaction;
    }

    /// <summary>The limits of a transaction, for its first statement to begin with: a command of their own would be a round trip.</summary>
    public static string TakeLimits(DbTransaction? transaction)
    {
        if (transaction is null || !Limits.TryGetValue(transaction, out var limits))
            return "";
        Limits.Remove(transaction);
        return limits;
    }

    public DbTransaction BeginRead(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    public void Commit(DbTransaction transaction)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        PostgresNotice? warning = null;
        connection.Notice += Keep;
        try
        {
            transaction.Commit();
        }
        finally
        {
            connection.Notice -= Keep;
        }

        // When the wait for a synchronous standby is cut short, PostgreSQL warns: the commit is on this server alone.
        if (warning is not null)
            throw new NpgsqlException($"The commit ended with a warning: {warning.MessageText}");

        void Keep(object sender, NpgsqlNoticeEventArgs notice)
        {
            if (notice.Notice.InvariantSeverity == "WARNING")
                warning = notice.Notice;
        }
    }

    // The bytes of old rows stay until VACUUM FULL, which is up to the server's operator (docs/privacy.md).
    public bool TryErase() => true;

    // Class 22 is a value, 23 a constraint; anything Npgsql did not report was thrown by the write itself.
    public bool IsEngineFault(Exception exception) => exception is PostgresException postgres
        ? postgres.SqlState[..2] is not "22" and not "23"
        : exception is NpgsqlException or SocketException or IOException or TimeoutException;

    public void Dispose() => source.Dispose();

    /// <summary>Why the server can't be used.</summary>
    public static IEnumerable<string> Problems(DbConnection connection)
    {
        var version = (int)connection.Scalar("SELECT current_setting('server_version_num')::int")!;
        if (version < OldestVersion)
            yield return $"PostgreSQL {version / 10_000} is too old: 15 or later is needed.";
        if (connection.Scalar("SELECT current_setting('synchronous_commit')") is "off")
            yield return "PostgreSQL's synchronous_commit is off: a commit would be acknowledged before it is on disk. Set it to on for "
                + "the database or the role.";
    }
}
