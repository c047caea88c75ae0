using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Check;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>
/// The SQLite file is looked at as it is: beside a running service, before the first start, old, damaged; and is left as it is.
/// </summary>
public sealed class SqliteChecksTests : IDisposable
{
    private static readonly string OtherKey = Convert.ToBase64String(SHA256.HashData("other"u8));

    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("linkage-live-");
    private readonly string folder;

    public SqliteChecksTests()
    {
        // Characters that mean something in a URI.
        folder = Path.Combine(parent.FullName, "a b#c?d%41");
        Directory.CreateDirectory(folder);
    }

    private string DatabaseFile => Path.Combine(folder, "linkage.db");

    public void Dispose() => parent.Delete(recursive: true);

    [Fact]
    public void A_Folder_That_Is_Missing_Is_Told_And_Not_Made()
    {
        Assert.Equal([("data folder", Level.Ok), ("database", Level.Ok)], Look());
        Directory.Delete(folder);

        Assert.Equal([("data folder", Level.Failure)], Look());
        Assert.False(Directory.Exists(folder));
    }

    [SmallDiskFact]
    public void The_File_Must_Be_Writable()
    {
        using var disk = new SmallDisk(16);
        Directory.CreateDirectory(disk.Folder);
        MakeDatabase(disk.Folder);

        // It is a small disk.
        Assert.Equal([("data folder", Level.Warning), ("database", Level.Ok)], Look(disk.Folder));
        disk.MakeReadOnly();

        Assert.Equal([("data folder", Level.Warning), ("database", Level.Failure)], Look(disk.Folder));
    }

    [Theory]
    [InlineData(1024, "Ok")]
    [InlineData(1023, "Warning")]
    public void Little_Room_Is_Warned_Of(int megabytes, string level) =>
        Assert.Equal(
            level, Assert.Single(GoodSettings.FindingsOf(report => SqliteChecks.CheckRoom(folder, megabytes * 1024L * 1024, report))).Level
                .ToString());

    [Fact]
    public void Before_The_First_Start_There_Is_No_File_And_None_Is_Made()
    {
        var finding = Assert.Single(Find(), finding => finding.Check == "database");

        Assert.Contains("the first start creates it", finding.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_File_That_Nobody_Uses_Is_Read_And_Nothing_Appears_Beside_It()
    {
        MakeDatabase(folder);
        var before = Files();

        Assert.Equal([("data folder", Level.Ok), ("database", Level.Ok)], Look());

        Assert.Equal(["linkage.db", "linkage.db.lock"], before.Select(file => file.Name));
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData("DELETE FROM schema_version WHERE version > 1", "Warning", "schema version 1")]
    [InlineData("INSERT INTO schema_version (version, applied_at) VALUES (99, 1)", "Failure", "it is older than the database")]
    [InlineData("DROP TABLE schema_version", "Ok", "the first start creates the schema")]
    [InlineData("DELETE FROM schema_version WHERE version > 98", "Ok", "schema version ")]
    public void A_Schema_That_Is_Old_Or_Too_New_Is_Told_And_Left(string change, string level, string text)
    {
        MakeDatabase(folder);
        Execute(change);
        var before = Files();

        var finding = Assert.Single(Find(), finding => finding.Check == "database");

        Assert.Equal(level, finding.Level.ToString());
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_Damaged_File_Is_Told()
    {
        File.WriteAllText(DatabaseFile, new string('x', 8192));

        var finding = Assert.Single(Find(), finding => finding.Check == "database");

        Assert.Equal(Level.Failure, finding.Level);
        Assert.Contains("damaged", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_A_Running_Service_It_Reads_What_Is_Committed_And_Changes_Nothing()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        var before = host.Files().ToList();

        Assert.Equal([("data folder", Level.Ok), ("database", Level.Ok), ("storage keys", Level.Ok)], Look(host.DataFolder));

        // Its only record is in the write-ahead log yet.
        Assert.Contains(before, file => file.Name == "linkage.db-wal" && file.Content.Length > 0);
        Assert.Equal(
            before.Select(file => Convert.ToHexString(SHA256.HashData(file.Content))),
            host.Files().Select(file => Convert.ToHexString(SHA256.HashData(file.Content))));
        Assert.Equal(201, (await host.CreateAsync("later-reference")).Status);
    }

    [Fact]
    public async Task What_A_Killed_Service_Left_Is_Read_And_Not_Put_In_Order()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        foreach (var (name, content) in host.Files())
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
        var before = Files();

        Assert.Equal([("data folder", Level.Ok), ("database", Level.Ok), ("storage keys", Level.Ok)], Look());

        Assert.Equal(["linkage.db", "linkage.db-wal"], before.Select(file => file.Name));
        Assert.Equal(before, Files().Where(file => !file.Name.EndsWith("-shm", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keys_That_Did_Not_Write_What_Is_There_Are_Found()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        Assert.Equal(("storage keys", Level.Failure), Look(host.DataFolder, ("Storage:Encryption:Keys:0:Key", OtherKey))[^1]);
        Assert.Equal(("storage keys", Level.Failure), Look(host.DataFolder, ("Storage:Encryption:Keys:0:Id", "k2"))[^1]);
        Assert.Equal(("storage keys", Level.Failure), Look(host.DataFolder, ("Storage:Encryption:LookupKey", OtherKey))[^1]);
        // While a key is being replaced.
        Assert.Equal(
            ("storage keys", Level.Ok),
            Look(
                host.DataFolder,
                ("Storage:Encryption:Keys:0:Id", "k2"), ("Storage:Encryption:Keys:0:Key", OtherKey), ("Storage:Encryption:Keys:1:Id", "k1"),
                ("Storage:Encryption:Keys:1:Key", TestSettings.StorageKey),
                ("Storage:Encryption:LookupKey", OtherKey), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey))[^1]);
    }

    [Fact]
    public void Keys_That_Were_Generated_Are_Found_Beside_The_File_And_None_Are_Made()
    {
        Assert.Equal(
            [("data folder", Level.Ok), ("database", Level.Ok)],
            Look(folder, ("Storage:Encryption:LookupKey", null), ("Finnet:Environment", "Development")));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        File.WriteAllText(Path.Combine(folder, "linkage.keys.json"), "{}");

        Assert.Equal([("data folder", Level.Ok), ("database", Level.Ok), ("storage keys", Level.Warning)], Look());
    }

    private static void MakeDatabase(string folder) =>
        SqliteDatabase.Open(new StorageOptions { DataFolder = folder }, new ManualClock()).Dispose();

    private void Execute(string sql)
    {
        using (var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            connection.Open();
            connection.Execute(sql);
        }
    }

    private List<(string Name, string Hash)> Files() =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))))];

    private List<Finding> Find() => GoodSettings.FindingsOf(report => SqliteChecks.Run(GoodSettings.Read(folder), report));

    private List<(string Check, Level Level)> Look(string? dataFolder = null, params (string Key, string? Value)[] changes) =>
        [.. GoodSettings.FindingsOf(report => SqliteChecks.Run(GoodSettings.Read(dataFolder ?? folder, changes), report))
            .Select(finding => (finding.Check, finding.Level))];
}
