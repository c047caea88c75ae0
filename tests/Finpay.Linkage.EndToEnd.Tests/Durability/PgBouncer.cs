using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A pooler in transaction mode: each transaction gets another of its few connections to the server.</summary>
internal sealed class PgBouncer : IDisposable
{
    private const string Port = "6432";

    private readonly string folder = PostgresPrograms.NewFolder();
    private readonly Process process;

    private PgBouncer(NpgsqlConnectionStringBuilder server, int connections)
    {
        var settings = Path.Combine(folder, "pgbouncer.ini");
        File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            {server.Database} = host={server.Host} port={server.Port} user={server.Username}
            [pgbouncer]
            unix_socket_dir = {folder}
            listen_addr =
            listen_port = {Port}
            auth_type = any
            pool_mode = transaction
            default_pool_size = {connections}
            server_round_robin = 1
            """));
        var command = Guarded.Command(PostgresPrograms.AsAcceptedUser([Program!, settings]), folder);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        ConnectionString = $"Host={folder};Port={Port};Username={server.Username};Database={server.Database}";
    }

    /// <summary>Null when it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin").Select(place => Path.Combine(place, "pgbouncer")).FirstOrDefault(File.Exists);

    public string ConnectionString { get; }

    public static async Task<PgBouncer> StartAsync(NpgsqlConnectionStringBuilder server, int connections)
    {
        var pooler = new PgBouncer(server, connections);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pooler.process.Exited += (_, _) => up.TrySetException(new InvalidOperationException("pgbouncer ended."));
        pooler.process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("process up", StringComparison.Ordinal) == true)
                up.TrySetResult();
        };
        pooler.process.Start();
        pooler.process.BeginErrorReadLine();
        pooler.process.BeginOutputReadLine();
        await up.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return pooler;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        PostgresPrograms.Run("rm", "-rf", folder);
    }
}

/// <summary>A test that needs PostgreSQL and a pooler; skipped where they are not installed, unless nothing may be skipped.</summary>
public sealed class PgBouncerFactAttribute : FactAttribute
{
    public PgBouncerFactAttribute()
    {
        if ((PostgresPrograms.Folder is null || PgBouncer.Program is null)
            && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs PostgreSQL and PgBouncer: apt-get install postgresql pgbouncer";
    }
}
