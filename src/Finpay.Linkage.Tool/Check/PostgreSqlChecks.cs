using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Finpay.Linkage.Api.Storage;
using Npgsql;

namespace Finpay.Linkage.Tool.Check;

/// <summary>The PostgreSQL server, by statements that only read.</summary>
internal static class PostgreSqlChecks
{
    private const string Check = StoreChecks.Check;
    private const int MaxKeepAliveSeconds = 120;

    // Retention deletes old lines of the audit trail and of the outbox. The service deletes nothing else.
    private const string TablesWithoutRights = """
        SELECT count(*) FROM (VALUES ('upgrades'), ('notifications'), ('upgrade_history'), ('audit'), ('storage_keys'), ('retention_clock'),
          ('event_deliveries'), ('event_endpoints'), ('event_progress'), ('ask_again_queue'), ('ask_again_pace')) AS tables (name)
        WHERE to_regclass(name) IS NOT NULL
          AND NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT') AND has_table_privilege(name, 'UPDATE')
            AND (name NOT IN ('audit', 'event_deliveries', 'event_endpoints', 'ask_again_queue') OR has_table_privilege(name, 'DELETE')))
        """;

    public static async Task RunAsync(LiveSettings settings, Report report, TimeProvider clock, TimeSpan patience)
    {
        var builder = PostgreSqlDatabase.Complete(settings.Storage.ConnectionString!.Reveal());
        var seconds = (int)Math.Ceiling(patience.TotalSeconds);
        (builder.Timeout, builder.CommandTimeout) = (seconds, seconds);
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            await using var source = NpgsqlDataSource.Create(builder.ConnectionString);
            // The token alone does not end the wait for a server that accepts the connection and says nothing.
            await using var connection = await source.OpenConnectionAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            CheckServer(connection, report);
            CheckEncryption(connection.Host, connection.Scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is true, report);
            CheckTables(connection, settings, report);
            CheckClock(connection, clock, report);
        }
        catch (OperationCanceledException)
        {
            report.Fail(Check, $"{builder.Host} did not answer within {patience.TotalSeconds:0.###} s");
        }
        catch (Exception exception)
            when (exception is DbException or SocketException or TimeoutException or IOException or ArgumentException)
        {
            report.Fail(Check, $"{builder.Database} on {builder.Host} can't be used: {Reasons(exception)}");
        }
    }

    public static void CheckEncryption(string? host, bool isEncrypted, Report report)
    {
        if (!isEncrypted && !TlsCheck.IsLocal(host))
            report.Warn(Check, $"the connection to {host} is not encrypted: SSL Mode=VerifyFull in Storage:ConnectionString");
    }

    // 0 with a Unix socket, whose other end can't vanish without notice.
    public static void CheckKeepAlive(string idleSeconds, Report report)
    {
        if (int.Parse(idleSeconds, CultureInfo.InvariantCulture) > MaxKeepAliveSeconds)
            report.Warn(Check, "tcp_keepalives_idle is longer than two minutes: the server keeps what a host that vanished has left open. "
                + "Set it to 60, tcp_keepalives_interval to 10 and tcp_keepalives_count to 3");
    }

    public static void CompareClocks(TimeSpan ahead, Report report)
    {
        var difference = $"{ahead.Duration().TotalSeconds:0.0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} PostgreSQL's";
        if (ahead.Duration() > TimeSpan.FromSeconds(60))
            report.Fail("clock", $"{difference}: signatures and leases depend on the time. Synchronise both");
        else if (ahead.Duration() > TimeSpan.FromSeconds(5))
            report.Warn("clock", $"{difference}: synchronise both");
        else
            report.Ok("clock", difference);
    }

    private static void CheckServer(NpgsqlConnection connection, Report report)
    {
        foreach (var problem in PostgreSqlDatabase.Problems(connection))
            report.Fail(Check, problem);
        if (Setting("fsync") is "off")
            report.Fail(Check, "PostgreSQL's fsync is off: a power cut loses commits and can destroy the database");
        if (Setting("client_min_messages") is "error")
            report.Fail(Check, "client_min_messages hides that a standby did not confirm a commit: set it to warning or notice");
        if (Setting("idle_in_transaction_session_timeout") is "0")
            report.Warn(Check, "idle_in_transaction_session_timeout is 0: a forgotten session of another program can keep a record locked "
                + "for ever, and its callbacks are refused for as long. Set it, to 1min for example");
        if (Setting("idle_session_timeout") is not "0")
            report.Warn(Check, "idle_session_timeout ends connections of the service that are quiet for a while: set it to 0 for its user");
        CheckKeepAlive((string)Setting("tcp_keepalives_idle")!, report);

        object? Setting(string name) => connection.Scalar($"SELECT current_setting('{name}')");
    }

    private static void CheckTables(NpgsqlConnection connection, LiveSettings settings, Report report)
    {
        var place = $"{connection.Database} on {connection.Host}";
        var hasSchema = StoreChecks.CheckSchema(connection, PostgreSqlSchema.HasVersions, place, report);
        if (connection.Scalar(TablesWithoutRights) is > 0L)
            report.Fail(Check, $"the user may not read and write all tables in {place}: GRANT SELECT, INSERT, UPDATE, "
                + "and DELETE on audit, event_deliveries, event_endpoints and ask_again_queue");
        else if (hasSchema)
            StoreChecks.CheckKeys(connection, settings, report);
    }

    private static void CheckClock(NpgsqlConnection connection, TimeProvider clock, Report report)
    {
        using var transaction = connection.BeginTransaction();
        // The first call prepares the statement, so that the second one measures the way alone.
        transaction.Now(clock);
        var before = clock.GetUtcNow();
        var theirs = transaction.Now(clock);
        var ours = before + ((clock.GetUtcNow() - before) / 2);
        CompareClocks(ours - theirs, report);
    }

    // Of several hosts each has its own.
    private static string Reasons(Exception exception) => exception.InnerException is AggregateException all
        ? string.Join("; ", all.InnerExceptions.Select(one => one.Message).Distinct(StringComparer.Ordinal))
        : exception.Message;
}
