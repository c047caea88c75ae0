using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Keys that did not write the data are refused at the start, also before there is any record.</summary>
public sealed class KeyChecksTests : IDisposable
{
    private const string Key0 = "Storage:Encryption:Keys:0:Key";
    private const string Lookup = "Storage:Encryption:LookupKey";
    private const string Previous = "Storage:Encryption:PreviousLookupKey";
    private static readonly string OtherKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));
    private static readonly string OtherLookup = Convert.ToBase64String(SHA256.HashData("lookup 2"u8));

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-key-checks-").FullName;

    private string DatabaseFile => Path.Combine(folder, "linkage.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Wrong_Key_Under_A_Known_Id_And_Another_Lookup_Key_Are_Refused_In_One_Message()
    {
        Assert.Empty(await StartAsync());

        Assert.Equal([Key0], await StartAsync((Key0, OtherKey)));
        Assert.Equal([Lookup], await StartAsync((Lookup, OtherLookup)));
        Assert.Equal([Key0, Lookup], await StartAsync((Key0, OtherKey), (Lookup, OtherLookup)));
        Assert.Equal([Lookup], await StartAsync((Lookup, OtherLookup), (Previous, OtherKey)));
        Assert.Empty(await StartAsync());
    }

    [Fact]
    public async Task The_Message_Says_No_Key()
    {
        await StartAsync();

        var message = await Startup.MessageAsync(folder, (Key0, OtherKey), (Lookup, OtherLookup));

        Assert.Contains("the Id k1", message, StringComparison.Ordinal);
        Assert.All([OtherKey, OtherLookup], key => Assert.DoesNotContain(key, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Mistake_In_A_Key_That_Is_Only_Read_With_Can_Be_Corrected()
    {
        (string, string?)[] second = [("Storage:Encryption:Keys:1:Id", "k2"), ("Storage:Encryption:Keys:1:Key", OtherKey)];
        Assert.Empty(await StartAsync([.. second, (Previous, OtherKey)]));

        Assert.Empty(await StartAsync(("Storage:Encryption:Keys:1:Id", "k2"), ("Storage:Encryption:Keys:1:Key", OtherLookup),
            (Previous, OtherLookup)));
    }

    [Fact]
    public async Task The_Lookup_Key_Is_Replaced_In_Two_Steps_And_The_Old_One_Alone_Is_Refused_After_It()
    {
        await StartAsync();
        Assert.Empty(await StartAsync((Previous, OtherLookup)));
        // The new key alone does not fit before it has written.
        Assert.Equal([Lookup], await StartAsync((Lookup, OtherLookup)));

        Assert.Empty(await StartAsync((Lookup, OtherLookup), (Previous, TestSettings.LookupKey)));
        // An instance of the first step may still be started again.
        Assert.Empty(await StartAsync((Previous, OtherLookup)));
        Assert.Equal([Lookup], await StartAsync());
        Assert.Empty(await StartAsync((Lookup, OtherLookup)));
    }

    [Fact]
    public async Task After_Reencrypt_Under_The_Old_Lookup_Key_It_Fits_Alone_Again()
    {
        await StartAsync();
        await StartAsync((Lookup, OtherLookup), (Previous, TestSettings.LookupKey));

        Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", .. Tool((Previous, OtherLookup))])).ExitCode);

        Assert.Empty(await StartAsync());
        Assert.Equal([Lookup], await StartAsync((Lookup, OtherLookup)));
    }

    [Fact]
    public async Task A_Key_That_Is_Missing_Is_Warned_Of_Until_Nothing_Needs_It()
    {
        (string, string?)[] both =
        [
            ("Storage:Encryption:Keys:0:Id", "k2"), (Key0, OtherKey), ("Storage:Encryption:Keys:1:Id", "k1"),
            ("Storage:Encryption:Keys:1:Key", TestSettings.StorageKey),
        ];
        await using var first = new ApiHost().KeepingData();
        await first.StatusOfAsync();
        await first.DisposeAsync();
        await using var second = first.Successor(both.AsSpan(0, 2)).KeepingData();
        await second.StatusOfAsync();
        Assert.Contains(second.Logs.Lines, line => line.Message.Contains("the key k1 is missing", StringComparison.Ordinal));
        await second.DisposeAsync();

        Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", $"--Storage:DataFolder={first.DataFolder}", .. Arguments(both),
            $"--{Lookup}={TestSettings.LookupKey}"])).ExitCode);

        await using var third = second.Successor(both.AsSpan(0, 2));
        await third.StatusOfAsync();
        Assert.DoesNotContain(third.Logs.Lines, line => line.Message.Contains("is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_That_Were_Made_Beside_The_File_And_Lost_Are_Not_Replaced()
    {
        (string, string?)[] development =
        [
            ("Finnet:Environment", "Development"), ("Storage:Encryption:Keys:0:Id", null), (Key0, null), (Lookup, null),
        ];
        Assert.Empty(await StartAsync(development));
        var file = Path.Combine(folder, "linkage.keys.json");
        File.Delete(file);

        var message = await Startup.MessageAsync(folder, development);

        Assert.StartsWith($"The key file {file} is missing", message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("redactions")]
    [InlineData("reencrypt")]
    public async Task Commands_Refuse_Them_Too_And_Change_Nothing(string command)
    {
        await StartAsync();
        var before = Stored();
        var file = Path.Combine(folder, "list.txt");
        if (command == "redact")
            await File.WriteAllTextAsync(file, "");
        string[] call = command == "reencrypt" ? [command] : [command, file];

        var (exitCode, said) = await ToolRun.SayAsync([.. call, .. Tool((Key0, OtherKey), (Lookup, OtherLookup))]);

        Assert.Equal(1, exitCode);
        Assert.Equal([Key0, Lookup], Startup.Keys(said));
        Assert.Equal(before, Stored());
        Assert.Equal(0, (await ToolRun.SayAsync([.. call, .. Tool()])).ExitCode);
    }

    [PostgresFact]
    public async Task They_Are_Refused_On_PostgreSql_Too()
    {
        using var database = new PostgresTestDatabase();
        (string, string?)[] postgres = [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)];
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(postgres))), Assert.Empty);

        Assert.Equal([Key0, Lookup], await StartAsync([.. postgres, (Key0, OtherKey), (Lookup, OtherLookup)]));
        Assert.Empty(await StartAsync(postgres));
    }

    private Task<IReadOnlyList<string>> StartAsync(params (string Key, string? Value)[] changes) =>
        Startup.RefusalAsync(folder, changes);

    private string[] Tool(params (string Key, string? Value)[] changes)
    {
        var settings = TestSettings.Create(folder).Where(one => one.Key.StartsWith("Storage:", StringComparison.Ordinal)).ToDictionary();
        foreach (var (key, value) in changes)
            settings[key] = value;
        return [.. settings.Select(one => $"--{one.Key}={one.Value}")];
    }

    private static IEnumerable<string> Arguments((string Key, string? Value)[] settings) =>
        settings.Select(one => $"--{one.Key}={one.Value}");

    private List<string> Stored()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        return connection.Query<string>("SELECT kind || id || hex(check_value) || seq FROM storage_keys ORDER BY 1").AsList();
    }
}
