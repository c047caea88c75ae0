using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Npgsql;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>The PostgreSQL server, by statements that only read.</summary>
internal static class PostgreSqlFindings
{
    private const string Check = StoreFindings.Check;

    // All of what the service does with its tables; it deletes nothing.
    private const string TablesWithoutRights = """
        SELECT count(*) FROM (VALUES ('upgrades'), ('notifications'), ('upgrade_history'), ('audit')) AS tables (name)
        WHERE to_regclass(name) IS NOT NULL AND NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT') AND has_table_privilege(name, 'UPDATE'))
        """;

    private const string IsEncrypted = "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)";

    public static async Task<IEnumerable<Finding>> LookAsync(LiveSettings settings, TimeProvider clock, TimeSpan patience)
    {
        var builder = PostgreSqlDatabase.Complete(settings.Storage.ConnectionString!.Reveal());
        var seconds = (int)Math.Ceiling(patience.TotalSeconds);
        // Zero would be for ever.
        (builder.Timeout, builder.CommandTimeout) = (builder.Timeout == 0 ? seconds : Math.Min(builder.Timeout, seconds), builder.CommandTimeout == 0 ? seconds : Math.Min(builder.CommandTimeout, seconds));
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            await using var source = NpgsqlDataSource.Create(builder.ConnectionString);
            // A server that takes the connection and says nothing is not given up by the token alone.
            await using var connection = await source.OpenConnectionAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            return [.. OnServer(connection), .. OnConnection(connection.Host, connection.ExecuteScalar<bool>(IsEncrypted)), .. OnSchema(connection, settings), OnClock(connection, clock)];
        }
        catch (OperationCanceledException)
        {
            return [Finding.Failure(Check, $"{builder.Host} did not answer within {patience.TotalSeconds:0.###} s")];
        }
        catch (Exception exception) when (exception is DbException or SocketException or TimeoutException or IOException or ArgumentException)
        {
            return [Finding.Failure(Check, $"{builder.Database} on {builder.Host} can't be used: {Reasons(exception)}")];
        }
    }

    // Of several hosts each has its own.
    private static string Reasons(Exception exception) => exception.InnerException is AggregateException all
        ? string.Join("; ", all.InnerExceptions.Select(one => one.Message).Distinct(StringComparer.Ordinal))
        : exception.Message;

    private static IEnumerable<Finding> OnServer(NpgsqlConnection connection)
    {
        foreach (var problem in PostgreSqlDatabase.Problems(connection))
            yield return Finding.Failure(Check, problem);
        if (Setting("fsync") == "off")
            yield return Finding.Failure(Check, "PostgreSQL's fsync is off: a commit is not on disk, and a power cut destroys the database");
        if (Setting("transaction_read_only") == "on")
            yield return Finding.Failure(Check, "the server takes no writes (transaction_read_only is on; is it a standby?)");
        if (Setting("client_min_messages") == "error")
            yield return Finding.Failure(Check, "client_min_messages hides warnings: that a standby did not confirm a commit is told by one. Set it to warning or notice");

        string? Setting(string name) => connection.ExecuteScalar<string>("SELECT current_setting(@name)", new { name });
    }

    public static IEnumerable<Finding> OnConnection(string? host, bool isEncrypted)
    {
        if (!isEncrypted && !IsLocal(host))
            yield return Finding.Warning(Check, $"the connection to {host} is not encrypted: SSL Mode=VerifyFull in Storage:ConnectionString");
    }

    private static IEnumerable<Finding> OnSchema(NpgsqlConnection connection, LiveSettings settings)
    {
        var place = $"{connection.Database} on {connection.Host}";
        var version = StoreFindings.SchemaVersion(connection, "SELECT to_regclass('schema_version') IS NOT NULL");
        yield return StoreFindings.OnSchema(place, version);
        // Each start asks for it, also where there is nothing to make.
        if (!connection.ExecuteScalar<bool>("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"))
            yield return Finding.Failure(Check, $"the user may not make tables in {place}: GRANT CREATE ON SCHEMA");
        if (connection.ExecuteScalar<long>(TablesWithoutRights) > 0)
            yield return Finding.Failure(Check, $"the user may not read and write all tables in {place}: GRANT SELECT, INSERT, UPDATE");
        else if (version is not null)
        {
            foreach (var finding in StoreFindings.OnStoredKeys(connection, settings))
                yield return finding;
        }
    }

    private static Finding OnClock(NpgsqlConnection connection, TimeProvider clock)
    {
        using var transaction = connection.BeginTransaction();
        // Once before, so that what is measured is the way and not the preparation.
        transaction.Now(clock);
        var before = clock.GetUtcNow();
        var theirs = transaction.Now(clock);
        var ours = before + ((clock.GetUtcNow() - before) / 2);
        return ClockFindings.OnServer(ours - theirs, IsLocal(connection.Host));
    }

    private static bool IsLocal(string? host) =>
        host is null || host.StartsWith('/') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
