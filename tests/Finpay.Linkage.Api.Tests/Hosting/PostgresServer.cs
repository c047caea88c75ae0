using System.Diagnostics;
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
        folder = Run("mktemp", "-d", "-t", "linkage-pg-XXXXXX").Trim();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        Run(Program("initdb"), "-D", Data, "-U", "linkage", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        var options = $"-c listen_addresses= -c unix_socket_directories={folder} -p {Socket} -c fsync={(fsync ? "on" : "off")} -c max_connections=200";
        Run(Program("pg_ctl"), "-D", Data, "-w", "-l", Path.Combine(folder, "log"), "-o", options, "start");
    }

    /// <summary>Where the programs are; null when PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = Find();

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
        Run(Program("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        Run("rm", "-rf", folder);
    }

    private string ConnectionString(string database) => $"Host={folder};Port={Socket};Username=linkage;Database={database};Maximum Pool Size=20;Timeout=30;Command Timeout=60;";

    private static string Program(string name) => Path.Combine(Programs!, name);

    private static string? Find()
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [])
            .Concat(["/opt/homebrew/opt/postgresql@15/bin", "/usr/local/pgsql/bin"]);
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "pg_ctl")));
    }

    // PostgreSQL refuses to run as root.
    private static string Run(string program, params string[] arguments)
    {
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        // The server that pg_ctl leaves behind keeps its ends of the pipes: so no reading to their end there.
        var output = program.EndsWith("pg_ctl", StringComparison.Ordinal) ? "" : process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {output}");
    }
}
