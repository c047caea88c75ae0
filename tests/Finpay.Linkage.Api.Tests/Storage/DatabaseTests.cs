using Dapper;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Opening the SQLite file: schema, lock, durability.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-database-").FullName;
    private readonly ManualClock clock = new();

    [Fact]
    public void The_Schema_Is_Applied_Once()
    {
        var versions = new List<(long Version, long AppliedAt)>();
        for (var start = 0; start < 2; start++)
        {
            using var database = Open();
            using var connection = database.OpenConnection();
            versions.AddRange(connection.Query<(long, long)>("SELECT version, applied_at FROM schema_version ORDER BY version"));
            connection.Execute(
                "INSERT INTO notifications (id, received_at, last_received_at, deliveries, disposition, evidence) VALUES (@id, 1, 1, 1, "
                + "'orphan', '{}')",
                new { id = $"n{start}" });
            Assert.Equal(start + 1, connection.ExecuteScalar<int>("SELECT count(*) FROM notifications"));
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(versions[..(versions.Count / 2)], versions[(versions.Count / 2)..]);
        Assert.Equal((1, ManualClock.Start.ToUnixTimeMilliseconds()), versions[0]);
    }

    [Fact]
    public void Other_Records_Of_A_Phone_Are_Found_By_The_Phone_And_Not_Among_All_In_Process()
    {
        using var database = Open();
        using var connection = database.OpenConnection();

        var plan = connection.Query(
            $"EXPLAIN QUERY PLAN SELECT 1 FROM upgrades WHERE {Settling.OthersInProcess}",
            new { own = "", current = "", previous = "", merchant = "", reference = "" }).Select(step => (string)step.detail);

        Assert.Equal(["SEARCH upgrades USING INDEX upgrades_in_process (phone_hash=?)"], plan);
    }

    [Fact]
    public void A_Newer_Database_Is_Refused_And_Left_Alone()
    {
        using (var database = Open())
        using (var connection = database.OpenConnection())
            connection.Execute("INSERT INTO schema_version (version, applied_at) VALUES (9999, 1)");

        var refused = Assert.Throws<SettingsException>(Open);

        Assert.Contains("9999", refused.Message, StringComparison.Ordinal);
        Assert.Contains("older than the database", refused.Message, StringComparison.Ordinal);
        Assert.Throws<SettingsException>(Open);
    }

    [Fact]
    public void A_Second_Process_Is_Refused_While_The_First_Runs()
    {
        using (Open())
        {
            var refused = Assert.Throws<SettingsException>(Open);
            Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        }

        using var next = Open();
        Assert.Equal(folder, next.Folder);
    }

    [Fact]
    public void A_File_That_Is_No_Database_Is_Told_By_Name()
    {
        File.WriteAllText(Path.Combine(folder, "linkage.db"), new string('x', 8192));

        var refused = Assert.Throws<SettingsException>(Open);

        Assert.Contains(Path.Combine(folder, "linkage.db"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Folder_That_Is_A_File_Is_Told_By_Name()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<SettingsException>(() => SqliteDatabase.Open(new StorageOptions { DataFolder = file }, clock));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_Connection_Is_Durable_And_Keeps_References()
    {
        using var database = Open();
        for (var count = 0; count < 2; count++)
        {
            using var connection = database.OpenConnection();
            Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
            Assert.Equal(2, connection.ExecuteScalar<int>("PRAGMA synchronous"));
        }
    }

    [Fact]
    public void A_Connection_String_Overrides_The_Folder()
    {
        var path = Path.Combine(folder, "elsewhere", "other.db");

        using var database = SqliteDatabase.Open(
            new StorageOptions { DataFolder = "unused", ConnectionString = new Secret($"Data Source={path}") }, clock);

        Assert.True(File.Exists(path));
        Assert.Equal(Path.GetDirectoryName(path), database.Folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SqliteDatabase Open() => SqliteDatabase.Open(new StorageOptions { DataFolder = folder }, clock);
}
