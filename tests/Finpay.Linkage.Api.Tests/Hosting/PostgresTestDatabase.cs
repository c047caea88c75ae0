using Dapper;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>An empty database whose clock a test moves: a function of its own stands before the server's clock_timestamp().</summary>
public sealed class PostgresTestDatabase : IDisposable
{
    private readonly NpgsqlConnection connection;

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
    }

    public string ConnectionString { get; }

    public void SetClock(DateTimeOffset now) => connection.Execute("UPDATE test_clock SET now = @now", new { now });

    /// <summary>A connection beside the service's.</summary>
    public int Execute(string sql) => connection.Execute(sql);

    public void Dispose() => connection.Dispose();
}
