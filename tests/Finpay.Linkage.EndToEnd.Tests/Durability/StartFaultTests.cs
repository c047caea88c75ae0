using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// A start that can't work ends with exit code 1 and one message that names the file and the cause;
/// the next one works when the cause is gone.
/// </summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("start-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SmallDiskFact]
    public async Task On_A_Read_Only_Disk()
    {
        using var disk = new SmallDisk(megabytes: 16);
        await RunAsync(disk.Folder);
        disk.MakeReadOnly();

        await AssertRefusedAsync(disk.Folder, "Read-only file system");

        disk.MakeWritable();
        await RunAsync(disk.Folder);
    }

    [SmallDiskFact]
    public async Task On_A_Full_Disk()
    {
        using var disk = new SmallDisk(megabytes: 16);
        Directory.CreateDirectory(disk.Folder);
        disk.Fill();

        await AssertRefusedAsync(disk.Folder, "no room left");

        disk.MakeRoom();
        await RunAsync(disk.Folder);
    }

    [Fact]
    public async Task On_A_Database_That_Another_Process_Holds()
    {
        await RunAsync(folder);
        using (var other = Connect())
        {
            other.Open();
            other.Execute("BEGIN EXCLUSIVE");
            await AssertRefusedAsync(folder, "Another program holds a lock on it");
        }

        await RunAsync(folder);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task On_A_Damaged_Database_Which_Is_Left_As_It_Is(int from)
    {
        await RunAsync(folder);
        using (var other = Connect())
        {
            other.Open();
            other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var file = Path.Combine(folder, "linkage.db");
        var content = await File.ReadAllBytesAsync(file);
        content.AsSpan(from).Fill((byte)'x');
        await File.WriteAllBytesAsync(file, content);

        await AssertRefusedAsync(folder, "put a backup in its place");

        Assert.Equal(content, await File.ReadAllBytesAsync(file));
    }

    private static async Task RunAsync(string data)
    {
        using var api = new ApiProcess("start", Settings(data));
        await api.StartAsync();
        Assert.Equal(0, await api.TerminateAsync());
    }

    private static async Task AssertRefusedAsync(string data, string cause)
    {
        using var api = new ApiProcess("start", Settings(data));
        Assert.Equal(1, await api.StartInVainAsync());
        Assert.Contains(Path.Combine(data, "linkage.db"), api.Output, StringComparison.Ordinal);
        Assert.Contains(cause, api.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", api.Output, StringComparison.Ordinal);
    }

    private static IDictionary<string, string?> Settings(string data)
    {
        var settings = TestSettings.Create(data);
        // Says where it listens.
        settings["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Information";
        return settings;
    }

    private SqliteConnection Connect()
    {
        SqliteDatabase.LoadEngine();
        return new SqliteConnection($"Data Source={Path.Combine(folder, "linkage.db")};Pooling=False");
    }
}
