using System.Diagnostics;
using System.Globalization;
using Dapper;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// A primary and a standby that confirms every commit, each reachable by a socket in its folder.
/// When one is lost, the other takes its part.
/// </summary>
internal sealed class PostgresPair : IDisposable
{
    private const string Port = "5432";
    private const string Database = "linkage";

    private readonly string[] folders = [PostgresPrograms.NewFolder(), PostgresPrograms.NewFolder()];
    private int primary;

    private PostgresPair()
    {
    }

    /// <summary>Both hosts; everything else as the service completes it.</summary>
    public string ConnectionString => $"Host={folders[0]},{folders[1]};Port={Port};Username=linkage;Database={Database}";

    private string Primary => folders[primary];

    private string Standby => folders[1 - primary];

    public static async Task<PostgresPair> StartAsync()
    {
        var pair = new PostgresPair();
        PostgresPrograms.InitializeServer(pair.Primary);
        Start(pair.Primary);
        await pair.ExecuteAsync($"CREATE DATABASE {Database}");
        await pair.AddStandbyAsync();
        return pair;
    }

    /// <summary>Makes the other host a standby of the primary, anew. Ends when no commit is acknowledged without it.</summary>
    public async Task AddStandbyAsync()
    {
        Discard(Standby);
        PostgresPrograms.Run(
            "pg_basebackup", "-h", Primary, "-p", Port, "-U", "linkage", "-D", PostgresPrograms.Data(Standby),
            "--no-sync", "-c", "fast", "-R");
        Start(Standby);
        await WaitForStandbyAsync();
    }

    /// <summary>Has commits wait for a standby that confirms them.</summary>
    public async Task WaitForStandbyAsync()
    {
        await ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        using var connection = new NpgsqlConnection(Administrator);
        while (await connection.ExecuteScalarAsync<string?>("SELECT min(sync_state) FROM pg_stat_replication") != "sync")
            await Task.Delay(10);
        // The setting takes effect in the checkpointer: it has seen it when it has done this.
        await connection.ExecuteAsync("CHECKPOINT;");
    }

    /// <summary>SIGKILL for all of its processes at once, as when its machine dies.</summary>
    public void KillPrimary() => Kill(Primary);

    public void KillStandby() => Kill(Standby);

    public void StartStandby() => Start(Standby);

    /// <summary>The standby goes on alone: ends when it is writable.</summary>
    public void Promote()
    {
        PostgresPrograms.Run("pg_ctl", "-D", PostgresPrograms.Data(Standby), "-w", "promote");
        primary = 1 - primary;
    }

    public void Dispose()
    {
        foreach (var folder in folders)
        {
            Discard(folder);
            PostgresPrograms.Run("rm", "-rf", folder);
        }
    }

    private string Administrator => $"Host={Primary};Port={Port};Username=linkage;Database=postgres;Pooling=false";

    private static void Start(string folder) => PostgresPrograms.StartServer(folder, "dynamic_shared_memory_type=mmap");

    private static void Kill(string folder)
    {
        var id = File.ReadLines(PostgresPrograms.PidFile(folder)).First();
        using var postmaster = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        postmaster.Kill(entireProcessTree: true);
        postmaster.WaitForExit();
    }

    private static void Discard(string folder)
    {
        if (File.Exists(PostgresPrograms.PidFile(folder)))
        {
            // Stopped or killed: one that was killed leaves a segment of shared memory behind.
            try
            {
                Kill(folder);
            }
            catch (ArgumentException)
            {
            }

            var sharedMemory = File.ReadLines(PostgresPrograms.PidFile(folder)).ElementAt(6);
            PostgresPrograms.Run("ipcrm", "-m", sharedMemory.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        PostgresPrograms.Run("rm", "-rf", PostgresPrograms.Data(folder));
    }

    private async Task ExecuteAsync(string sql)
    {
        using var connection = new NpgsqlConnection(Administrator);
        await connection.ExecuteAsync(sql);
    }
}
