using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Data;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// The file can't be written, under load: calls are refused in time, nothing acknowledged is lost, and the
/// service recovers by itself when the cause is gone.
/// </summary>
public sealed class StorageFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly int Rounds = Effort.Of(1, 2, 10);

    private readonly string folder = Directory.CreateTempSubdirectory("fault-").FullName;

    private string DatabaseFile => Path.Combine(folder, "linkage.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SmallDiskFact]
    public async Task A_Full_Disk()
    {
        using var disk = new SmallDisk(megabytes: 64);
        await PlayAsync(disk.Folder, _ => disk.Fill(), _ => disk.MakeRoom());
    }

    [LinuxFact]
    public Task A_Disk_That_Takes_No_Write() =>
        PlayAsync(folder, api => LimitFileSize(api, "4096"), api => LimitFileSize(api, "unlimited"));

    [Fact]
    public async Task A_Lock_That_Another_Process_Holds()
    {
        using var other = Connect(DatabaseFile);
        await PlayAsync(folder, _ => Begin(other), _ => other.Execute("ROLLBACK"));

        static void Begin(SqliteConnection connection)
        {
            connection.Open();
            connection.Execute("BEGIN EXCLUSIVE");
        }
    }

    [Fact]
    public async Task A_Damaged_File_Is_Never_Acknowledged_To_And_A_Backup_Brings_Back_What_It_Had()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder);
        var journal = new Journal();
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(fleet, journal).RunAsync(Clients, stop.Token);
        await journal.Acknowledged.GrowsByAsync(500).WaitAsync(Patience);
        await stop.CancelAsync();
        await traffic.WaitAsync(Patience);
        var backup = Path.Combine(folder, "backup.db");
        SqliteBackup.Write(new StorageOptions { DataFolder = folder }, backup);

        using (var other = Connect(DatabaseFile))
        {
            other.Open();
            other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Damage();
        var witness = new FaultWitness(fleet[0], new Journal());
        await witness.SeeRefusalsAsync().WaitAsync(Patience);
        Assert.Equal(0, witness.Acknowledged);
        // The log is written behind a queue.
        using var limit = new CancellationTokenSource(Patience);
        while (!fleet[0].Output.Contains("malformed", StringComparison.Ordinal))
            await Task.Delay(10, limit.Token);

        Assert.Equal(0, await fleet.TerminateAsync(0));
        foreach (var file in new[] { "", "-wal", "-shm" })
            File.Delete(DatabaseFile + file);
        File.Move(backup, DatabaseFile);
        await fleet.StartAgainAsync(0);
        await new Promises(journal, new StoredState(fleet), finnet.Url).CheckAllAsync();
    }

    private async Task PlayAsync(string data, Action<ApiProcess> fail, Action<ApiProcess> heal)
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, data);
        var journal = new Journal();
        var promises = new Promises(journal, new StoredState(fleet), finnet.Url);
        var witness = new FaultWitness(fleet[0], journal);
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(fleet, journal).RunAsync(Clients, stop.Token);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await journal.Acknowledged.GrowsByAsync(100).WaitAsync(Patience);
                fail(fleet[0]);
                await witness.SeeRefusalsAsync().WaitAsync(Patience);
                heal(fleet[0]);
                await witness.SeeRecoveryAsync().WaitAsync(Patience);
                await journal.Acknowledged.GrowsByAsync(100).WaitAsync(Patience);
            }
        }
        catch
        {
            output.WriteLine(string.Join(Environment.NewLine, fleet.Output.Split(Environment.NewLine).Take(50)));
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await traffic.WaitAsync(Patience);
        }

        // Data that was only in memory is lost then.
        await fleet.KillAndStartAgainAsync(0);
        await promises.CheckAllAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Rounds} faults, {promises.Checked} notifications looked for; the slowest answer came after "
            + $"{witness.Slowest.TotalSeconds:0.00} s"));
    }

    // All pages but the first, which describes how to read the others.
    private void Damage()
    {
        using var file = new FileStream(DatabaseFile, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = 4096;
        while (file.Position < file.Length)
            file.Write(RandomNumberGenerator.GetBytes(4096));
    }

    private static void LimitFileSize(ApiProcess api, string bytes)
    {
        using var prlimit = Process.Start(
            "prlimit", ["--pid", api.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    private static SqliteConnection Connect(string file)
    {
        SqliteDatabase.LoadEngine();
        return new SqliteConnection($"Data Source={file};Pooling=False");
    }
}

/// <summary>A test that limits what a process may write.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Needs prlimit";
    }
}
