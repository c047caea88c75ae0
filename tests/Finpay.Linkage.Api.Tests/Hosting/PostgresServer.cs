using System.Globalization;
using Dapper;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A PostgreSQL server of the tests' own. Started once, when the first test needs it; it ends with the tests.</summary>
public sealed class PostgresServer
{
    private static readonly Lazy<PostgresServer> Fast = new(() => new PostgresServer(fsync: false));
    private static readonly Lazy<PostgresServer> Durable = new(() => new PostgresServer(fsync: true));
    private static int databases;

    private readonly string folder = PostgresPrograms.NewFolder();

    private PostgresServer(bool fsync)
    {
        PostgresPrograms.InitializeServer(folder);
        PostgresPrograms.StartServer(
            folder, $"fsync={(fsync ? "on" : "off")}", "max_connections=200", "idle_in_transaction_session_timeout=1min");
    }

    /// <summary>An empty database.</summary>
    /// <param name="fsync">Most tests are about what is written, not about when: without flushes they take a fraction of the time.</param>
    public static string NewDatabase(bool fsync = false)
    {
        var server = (fsync ? Durable : Fast).Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref databases)}");
        using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        connection.Open();
        connection.Execute($"CREATE DATABASE {name}");
        return server.ConnectionString(name);
    }

    private string ConnectionString(string database) =>
        $"Host={folder};Port=5432;Username=linkage;Database={database};Maximum Pool Size=20;Timeout=30;Command Timeout=60;";
}
