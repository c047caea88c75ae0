using Dapper;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>An empty database whose clock a test moves, by a function that replaces clock_timestamp().</summary>
public sealed class PostgresTestDatabase : IDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly string firstSegment;

    public PostgresTestDatabase()
    {
        ConnectionString = PostgresServer.NewDatabase() + "Search Path=public,pg_catalog;";
        connection = new NpgsqlConnection(ConnectionString);
        connection.Open();
        connection.Execute("""
            CREATE TABLE test_clock (now timestamptz NOT NULL);
            INSERT INTO test_clock VALUES (pg_catalog.clock_timestamp());
            CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT now FROM public.test_clock';
            """);
        firstSegment = connection.ExecuteScalar<string>("SELECT pg_walfile_name(pg_current_wal_lsn())")!;
    }

    public string ConnectionString { get; }

    public void SetClock(DateTimeOffset now) => connection.Execute("UPDATE test_clock SET now = @now", new { now });

    /// <summary>What a new backup would hold.</summary>
    public string Dump()
    {
        var database = new NpgsqlConnectionStringBuilder(ConnectionString);
        return PostgresPrograms.Run("pg_dump", "-h", database.Host!, "-p", "5432", "-U", "linkage", database.Database!);
    }

    /// <summary>The files of the service's tables and indexes, as they stood on the disk at the last checkpoint.</summary>
    public IReadOnlyList<string> TableFiles
    {
        get
        {
            var folder =
                connection.ExecuteScalar<string>(
                    "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()")!;
            // Smaller numbers belong to the server's own tables.
            return [.. Directory.GetFiles(folder)
                .Where(file => int.TryParse(Path.GetFileName(file).Split('_', '.')[0], out var number) && number >= 16_384)];
        }
    }

    /// <summary>The server's write-ahead log since this database was made, and its log.</summary>
    public IReadOnlyList<string> Logs
    {
        get
        {
            var data = connection.ExecuteScalar<string>("SELECT current_setting('data_directory')")!;
            return
            [
                .. Directory.GetFiles(Path.Combine(data, "pg_wal"))
                    .Where(file => string.CompareOrdinal(Path.GetFileName(file), firstSegment) >= 0),
                Path.Combine(Path.GetDirectoryName(data)!, "log"),
            ];
        }
    }

    /// <summary>A connection beside the service's.</summary>
    public int Execute(string sql) => connection.Execute(sql);

    public void Dispose()
    {
        NpgsqlConnection.ClearPool(connection);
        connection.Dispose();
    }
}
