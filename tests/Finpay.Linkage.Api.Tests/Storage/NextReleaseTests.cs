using System.Diagnostics;
using Dapper;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>The rule of docs/operations.md for schema scripts, played with made-up ones of a next release.</summary>
public sealed class NextReleaseTests : IDisposable
{
    private const string Index = "upgrades_by_owner";

    private static readonly SchemaScript Column = new(Next, $"-- oldest: {Schema.Newest}\nALTER TABLE upgrades ADD COLUMN channel text;\n");

    private static readonly SchemaScript IndexAndValues = new(Next + 1, $"""
        -- What the column of the script before is for.
        -- oldest: {Schema.Newest}
        -- online

        CREATE INDEX CONCURRENTLY IF NOT EXISTS {Index} ON upgrades (owner);

        -- repeat
        UPDATE upgrades SET channel = 'server' WHERE partner_reference_no IN
          (SELECT partner_reference_no FROM upgrades WHERE channel IS NULL ORDER BY partner_reference_no LIMIT 100);

        """);

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-next-release-").FullName;
    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();

    private static long Next => Schema.Newest + 1;

    public void Dispose()
    {
        database?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [PostgresFact]
    public async Task An_Old_Instance_Writes_While_A_New_One_Starts_And_Changes_The_Schema_And_Can_Start_Again()
    {
        await using var old = Instance();
        await old.StatusOfAsync();
        Fill(1000);
        // A write that does not end: what locks the table waits for it, and all other writes behind that.
        using var open = new NpgsqlConnection(database!.ConnectionString);
        await open.OpenAsync();
        Task<PostgreSqlDatabase> changing;
        await using (var write = await open.BeginTransactionAsync())
        {
            await open.ExecuteAsync("LOCK TABLE upgrades IN ROW EXCLUSIVE MODE", transaction: write);
            changing = Task.Run(() => Open(Column));
            await UntilAsync("query LIKE '%ALTER TABLE%' AND wait_event_type = 'Lock'");
            await WriteAsync(old, "beside-the-column", 20);
            Assert.False(changing.IsCompleted);
        }

        (await changing).Dispose();
        await using var next = Instance(Column, IndexAndValues);
        Task<string?> starting;
        await using (var write = await open.BeginTransactionAsync())
        {
            await open.ExecuteAsync("LOCK TABLE upgrades IN ROW EXCLUSIVE MODE", transaction: write);
            starting = Task.Run(() => next.StatusOfAsync());
            await UntilAsync("query LIKE '%CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'");
            await WriteAsync(old, "beside-the-index", 20);
            Assert.False(starting.IsCompleted);
        }

        Assert.Equal("404", await starting);
        await WriteAsync(old, "old-after-it", 10);
        await WriteAsync(next, "new-after-it", 10);

        Assert.Equal([1, 2, 3, 4, 5, 6, Next, Next + 1], Query<long>("SELECT version FROM schema_version ORDER BY version"));
        Assert.Equal([true], IsValid());
        // The old one fills no column that it does not know; only it has written since.
        Assert.Equal(
            [1000L], Query<long>("SELECT count(*) FROM upgrades WHERE channel = 'server' AND partner_reference_no LIKE 'filled%'"));
        await using var oldAgain = Instance();
        await WriteAsync(oldAgain, "old-once-more", 10);
    }

    [PostgresFact]
    public async Task Many_New_Instances_That_Start_Together_Change_It_Once()
    {
        using (Open())
            Fill(300);

        var started = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Open(Column, IndexAndValues))));

        Assert.Equal([1, 2, 3, 4, 5, 6, Next, Next + 1], Query<long>("SELECT version FROM schema_version ORDER BY version"));
        Assert.Equal([true], IsValid());
        Assert.All(started, one => one.Dispose());
    }

    [PostgresFact]
    public void An_Index_That_Was_Interrupted_Is_Dropped_And_Made_Again()
    {
        using (Open())
            Fill(300);
        // Two records have one owner, so this fails at its end, as an interrupted one does.
        Assert.Throws<PostgresException>(() => database!.Execute($"CREATE UNIQUE INDEX CONCURRENTLY {Index} ON upgrades (owner)"));
        Assert.Equal([false], IsValid());

        Open(Column, IndexAndValues).Dispose();

        Assert.Equal([true], IsValid());
        Assert.Equal([false], Query<bool>($"SELECT indisunique FROM pg_index WHERE indexrelid = '{Index}'::regclass"));
    }

    [PostgresFact]
    public async Task An_Index_That_The_Server_Still_Builds_For_A_Killed_Instance_Is_Waited_For()
    {
        using (Open())
            Fill(300);
        using var open = new NpgsqlConnection(database!.ConnectionString);
        await open.OpenAsync();
        await using var holding = await open.BeginTransactionAsync();
        await open.ExecuteAsync("LOCK TABLE upgrades IN ROW EXCLUSIVE MODE", transaction: holding);
        var building = Task.Run(() =>
        {
            using var other = new NpgsqlConnection(database.ConnectionString);
            return other.Execute($"CREATE INDEX CONCURRENTLY {Index} ON upgrades (owner)");
        });
        await UntilAsync("query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'");
        var index = Query<uint>($"SELECT '{Index}'::regclass::oid");

        var starting = Task.Run(() => Open(IndexAndValues with { Sql = IndexAndValues.Sql.Split("-- repeat")[0] }));
        await UntilAsync("query LIKE '%pg_stat_progress_create_index%' OR query LIKE 'SELECT pg_sleep%'");
        await holding.CommitAsync();
        await building;

        (await starting).Dispose();
        Assert.Equal(index, Query<uint>($"SELECT '{Index}'::regclass::oid"));
        Assert.Equal([true], IsValid());
    }

    [PostgresFact]
    public void A_Program_That_The_Scripts_Do_Not_Provide_For_Is_Refused_On_PostgreSql()
    {
        Open(Column with { Sql = "ALTER TABLE upgrades ADD COLUMN channel text NOT NULL DEFAULT ''" }).Dispose();

        Assert.Contains("older than the database", Assert.Throws<SettingsException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_Sqlite_The_Old_One_Can_Start_Again_And_One_Before_It_Can_Not()
    {
        var options = new StorageOptions { DataFolder = folder };
        var values = IndexAndValues with { Sql = IndexAndValues.Sql.Replace(" CONCURRENTLY", "", StringComparison.Ordinal) };
        using (var old = SqliteDatabase.Open(options, TimeProvider.System))
        using (var connection = old.OpenConnection())
            connection.Execute(
                $"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 250) {Insert("numbers")}");

        using (var next = SqliteDatabase.Open(options, TimeProvider.System, [.. SchemaScript.OfSqlite, Column, values]))
        using (var connection = next.OpenConnection())
            Assert.Equal(250, connection.ExecuteScalar<int>("SELECT count(*) FROM upgrades WHERE channel = 'server'"));

        SqliteDatabase.Open(options, TimeProvider.System).Dispose();
        Assert.Throws<SettingsException>(() => SqliteDatabase.Open(options, TimeProvider.System, [SchemaScript.OfSqlite[0]]));
    }

    [Theory]
    [InlineData("DELETE FROM schema_version WHERE version > 1", 1)]
    [InlineData("INSERT INTO schema_version VALUES (99, 1, 2)", 99)]
    public async Task A_Command_Of_Another_Version_Refuses_And_Changes_Nothing_On_Sqlite(string other, long version)
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();
        host.ExecuteSql(other);

        await RefusesAsync([.. ToolRun.Settings(host)], version);

        // The service goes on.
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
    }

    [PostgresFact]
    public async Task A_Command_Of_Another_Version_Refuses_And_Changes_Nothing_On_PostgreSql()
    {
        string[] settings =
        [
            "--Storage:Provider=PostgreSql", $"--Storage:ConnectionString={database!.ConnectionString}",
            "--Storage:Encryption:Keys:0:Id=k1", $"--Storage:Encryption:Keys:0:Key={TestSettings.StorageKey}",
            $"--Storage:Encryption:LookupKey={TestSettings.LookupKey}",
        ];
        await RefusesAsync(settings, 0);
        Assert.Equal([false], Query<bool>("SELECT to_regclass('upgrades') IS NOT NULL"));
        Open(Column).Dispose();

        await RefusesAsync(settings, Next);
    }

    private static async Task RefusesAsync(string[] settings, long version)
    {
        var (exitCode, said) = await ToolRun.SayAsync(["reencrypt", .. settings]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"The database has schema version {version}, this command is made for {Schema.Newest}", said, StringComparison.Ordinal);
    }

    private static string Insert(string numbers) =>
        $"""
         INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at)
         SELECT 'filled-' || substr('0000000000' || n, -10), 'shop', 'M', 'requested', 0, 1, n, n FROM {numbers}
         """;

    private static async Task WriteAsync(ApiHost host, string name, int count)
    {
        for (var number = 0; number < count; number++)
        {
            host.Finnet.Issues();
            var time = Stopwatch.StartNew();
            Assert.Equal(201, (await host.CreateAsync($"{name}-{number:0000}")).Status);
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", $"{name}-{number:0000}")).Status);
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(5), $"Three writes took {time.Elapsed}.");
        }
    }

    private void Fill(int count) => database!.Execute(Insert($"generate_series(1, {count}) AS numbers (n)")
        .Replace("substr('0000000000' || n, -10)", "lpad(n::text, 10, '0')", StringComparison.Ordinal));

    private ApiHost Instance(params SchemaScript[] more)
    {
        var host = ApiHost.With(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database!.ConnectionString));
        return host.Replacing(services => services.Replace(ServiceDescriptor.Singleton<IDatabase>(provider => PostgreSqlDatabase.Open(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value, TimeProvider.System, [.. SchemaScript.OfPostgreSql, .. more]))));
    }

    private PostgreSqlDatabase Open(params SchemaScript[] more) => PostgreSqlDatabase.Open(
        new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(database!.ConnectionString) },
        TimeProvider.System, [.. SchemaScript.OfPostgreSql, .. more]);

    private List<bool> IsValid() => Query<bool>($"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{Index}')");

    private List<T> Query<T>(string sql)
    {
        using var connection = new NpgsqlConnection(database!.ConnectionString);
        return [.. connection.Query<T>(sql)];
    }

    private async Task UntilAsync(string condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Query<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' "
                + $"AND ({condition})") is [0])
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"Never: {condition}");
            await Task.Yield();
        }
    }
}
