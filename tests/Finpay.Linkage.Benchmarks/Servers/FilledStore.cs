using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// A database with upgrades that wait for a notification (numbered like the load's references) and a number of finished ones.
/// </summary>
internal sealed class FilledStore : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-load-").FullName;
    private readonly string? connectionString;

    public FilledStore(bool postgres)
    {
        connectionString = postgres ? PostgresServer.NewDatabase(fsync: true) : null;
        Options = new StorageOptions
        {
            Provider = postgres ? StorageProvider.PostgreSql : StorageProvider.Sqlite,
            DataFolder = folder,
            ConnectionString = connectionString is null ? null : new Finnet.Secret(connectionString),
        };
    }

    public StorageOptions Options { get; }

    public string Log => Path.Combine(folder, "log");

    /// <summary>The settings of a service on it, at production's log level.</summary>
    public string[] Settings
    {
        get
        {
            var settings = TestSettings.Create(folder);
            foreach (var key in settings.Keys.Where(key => key.StartsWith("Serilog", StringComparison.Ordinal)).ToList())
                settings.Remove(key);
            settings["Finnet:BaseUrl"] = "http://127.0.0.1:9";
            settings["RateLimits:RequestsPerSecond"] = "0";
            settings["RateLimits:FailedCallbacksPerMinute"] = "0";
            // The rows are old, so retention runs only when a benchmark asks for it.
            settings["Upgrades:RetentionDays"] = "36500";
            if (connectionString is not null)
            {
                settings["Storage:Provider"] = "PostgreSql";
                settings["Storage:ConnectionString"] = connectionString;
            }

            return [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        }
    }

    public static string Reference(long number) => string.Create(CultureInfo.InvariantCulture, $"20261121{number:000000000000}");

    /// <summary>An age in days: finished rows are older, waiting rows are not.</summary>
    public static int DaysSinceFinished =>
        Math.Max(1, (int)(DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(Sql.StartedAt)).TotalDays - 30);

    public static string Phone(long number) => string.Create(CultureInfo.InvariantCulture, $"6281{number % 1_000_000_000:000000000}");

    /// <summary>Upgrades whose widget was issued a moment ago.</summary>
    /// <param name="first">The load's first number.</param>
    /// <param name="count">How many.</param>
    public void AddWaiting(long first, int count)
    {
        var lookup = new LookupHash(Convert.FromBase64String(TestSettings.LookupKey), previousKey: null);
        Write(connection =>
        {
            Execute(connection, $"CREATE TEMP TABLE waiting (n bigint, phone_hash {(IsPostgres ? "bytea" : "blob")})");
            var rows = Enumerable.Range(0, count)
                .Select(index => (Number: first + index, PhoneHash: lookup.Compute("phone", Phone(first + index))));
            CopyWaiting(connection, rows);
            Execute(connection, Sql.InsertWaiting(IsPostgres));
            Execute(connection, Sql.InsertIssued(IsPostgres, "waiting"));
            Execute(connection, "DROP TABLE waiting");
        });
    }

    /// <summary>
    /// Upgrades that changed their status within the last ten seconds, and an endpoint of another instance that wants their events.
    /// </summary>
    public void AddDue(int count) => Write(connection =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Execute(
            connection,
            $"""
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at)
             SELECT 'due-' || i, 'shop', 'AGREE170724', 'inProcess', 0, 2, {now}, {now} - i % 10000 FROM n;
             INSERT INTO event_endpoints (name, owner, types, known_at) VALUES ('elsewhere', '', '', {now})
             """);
    });

    /// <summary>Upgrades of the last months, each with its notification and history.</summary>
    public void AddFinished(long first, long count) => Write(connection =>
    {
        const int Step = 250_000;
        for (var from = first; from < first + count; from += Step)
        {
            var to = Math.Min(from + Step, first + count) - 1;
            foreach (var statement in Sql.InsertFinished(IsPostgres, from, to))
                Execute(connection, statement);
        }
    });

    /// <summary>Gives the finished upgrades creations over 92 days, results within a day, and several statuses.</summary>
    public void SpreadOver92Days() => Write(connection => Execute(connection, Sql.SpreadOver92Days));

    /// <summary>Finished upgrades whose event could not be delivered yet.</summary>
    public void AddPendingEvents(string endpoint, int count)
    {
        if (count == 0)
            return;
        AddFinished(0, count);
        Write(connection => Execute(connection, Sql.InsertPendingEvents(endpoint)));
    }

    /// <summary>How many notifications with a number from <paramref name="first"/> on changed a state.</summary>
    public long CountApplied(long first)
    {
        using var database = Open();
        using var connection = database.OpenConnection();
        return connection.ExecuteScalar<long>(
            "SELECT count(*) FROM upgrade_history h JOIN notifications n ON n.id = h.notification_id WHERE n.disposition = 'applied' AND "
            + "n.partner_reference_no >= @reference AND n.partner_reference_no < '20261122'",
            new { reference = Reference(first) });
    }

    /// <summary>How many creates were answered with a widget.</summary>
    public long CountIssued()
    {
        using var database = Open();
        using var connection = database.OpenConnection();
        return connection.ExecuteScalar<long>("SELECT count(*) FROM upgrades WHERE status = 'widgetIssued'");
    }

    /// <summary>The time of the smallest durable write on this disk.</summary>
    /// <returns>Milliseconds of each.</returns>
    public List<double> TimeCommits(int count)
    {
        using var database = Open();
        using var connection = database.OpenConnection();
        Execute(connection, "CREATE TABLE IF NOT EXISTS commits (n integer PRIMARY KEY)");
        return Enumerable.Range(0, count).Select(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Execute(connection, "INSERT INTO commits DEFAULT VALUES");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }).ToList();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private bool IsPostgres => connectionString is not null;

    private static void Execute(DbConnection connection, string statement) => connection.Execute(statement, commandTimeout: 3600);

    private static void CopyWaiting(DbConnection connection, IEnumerable<(long Number, byte[] PhoneHash)> rows)
    {
        if (connection is NpgsqlConnection npgsql)
        {
            using var importer = npgsql.BeginBinaryImport("COPY waiting FROM STDIN (FORMAT BINARY)");
            foreach (var (number, hash) in rows)
            {
                importer.StartRow();
                importer.Write(number);
                importer.Write(hash);
            }

            importer.Complete();
            return;
        }

        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO waiting VALUES (@n, @hash)";
        command.Transaction = transaction;
        var (n, h) = (command.CreateParameter(), command.CreateParameter());
        (n.ParameterName, h.ParameterName) = ("@n", "@hash");
        command.Parameters.Add(n);
        command.Parameters.Add(h);
        foreach (var (number, hash) in rows)
        {
            (n.Value, h.Value) = (number, hash);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public IDatabase Open() =>
        IsPostgres ? PostgreSqlDatabase.Open(Options, TimeProvider.System) : SqliteDatabase.Open(Options, TimeProvider.System);

    private void Write(Action<DbConnection> write)
    {
        using var database = Open();
        using var connection = database.OpenConnection();
        if (!IsPostgres)
            Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
        write(connection);
        Execute(connection, IsPostgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
        if (IsPostgres)
            Execute(connection, "CHECKPOINT;");
    }
}
