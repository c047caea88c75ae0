using System.Globalization;
using Dapper;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A PostgreSQL server of the tests' own, reachable by a socket in its folder alone. Started once, when the first test needs it.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Socket = "5432";
    private static readonly Lazy<PostgresServer> Fast = new(() => new PostgresServer(fsync: false));
    private static readonly Lazy<PostgresServer> Durable = new(() => new PostgresServer(fsync: true));
    private static int databases;

    private readonly string folder;

    private PostgresServer(bool fsync)
    {
        folder = PostgresPrograms.NewFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        PostgresPrograms.Run("initdb", "-D", Data, "-U", "linkage", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        var options = $"-c listen_addresses= -c unix_socket_directories={folder} -p {Socket} -c fsync={(fsync ? "on" : "off")} -c max_connections=200";
        PostgresPrograms.Run("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(folder, "log"), "-o", options, "start");
    }

    private string Data => Path.Combine(folder, "data");

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

    public void Dispose()
    {
        PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        PostgresPrograms.Run("rm", "-rf", folder);
    }

    private string ConnectionString(string database) => $"Host={folder};Port={Socket};Username=linkage;Database={database};Maximum Pool Size=20;Timeout=30;Command Timeout=60;";
}
