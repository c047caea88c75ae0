using System.Net;
using System.Net.Sockets;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Finpay.Linkage.Tool.Check;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>What the check sees of a PostgreSQL server, and that it leaves it as it is.</summary>
public sealed class PostgreSqlChecksTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static int roles;

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PostgresFact]
    public async Task A_Server_That_Serves_Is_Ok()
    {
        var connectionString = NewDatabase();

        var findings = await LookAsync(connectionString);

        Assert.Equal([("database", Level.Ok), ("clock", Level.Ok)], Of(findings));
        Assert.Contains($"schema version {Schema.Newest}", findings[0].Text, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task An_Empty_Database_Is_Left_Empty()
    {
        var connectionString = PostgresServer.NewDatabase(fsync: true);

        var findings = await LookAsync(connectionString);

        Assert.Equal([("database", Level.Ok), ("clock", Level.Ok)], Of(findings));
        Assert.Contains("the first start creates the schema", findings[0].Text, StringComparison.Ordinal);
        Assert.Equal(0, await QueryAsync<long>(connectionString, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [PostgresFact]
    public async Task An_Old_Schema_Is_Told_And_Left()
    {
        var connectionString = NewDatabase();
        await ExecuteAsync(connectionString, "DELETE FROM schema_version WHERE version > 1");

        var findings = await LookAsync(connectionString);

        Assert.Equal([("database", Level.Warning), ("clock", Level.Ok)], Of(findings));
        Assert.Contains("schema version 1", findings[0].Text, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync<long>(connectionString, "SELECT max(version) FROM schema_version"));
    }

    [PostgresFact]
    public async Task A_Schema_Of_A_Newer_Program_Is_Refused()
    {
        var connectionString = NewDatabase();
        await ExecuteAsync(connectionString, "INSERT INTO schema_version (version, applied_at) VALUES (99, 1)");

        Assert.Contains(
            "it is older than the database",
            Assert.Single(await LookAsync(connectionString), finding => finding.Level == Level.Failure).Text,
            StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Settings_That_Lose_Acknowledged_Results_Are_Found()
    {
        await FindsAsync("synchronous_commit", "off", "synchronous_commit is off");
        await FindsAsync("client_min_messages", "error", "client_min_messages hides");
        // The server of the other tests runs without flushes.
        Assert.Contains(
            "fsync is off",
            Assert.Single(await LookAsync(PostgresServer.NewDatabase()), finding => finding.Level == Level.Failure).Text,
            StringComparison.Ordinal);

        async Task FindsAsync(string setting, string value, string text)
        {
            var connectionString = NewDatabase();
            await ExecuteAsync(
                connectionString,
                $"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting} = ''{value}''', current_database()); END $$");

            var finding = Assert.Single(await LookAsync(connectionString), finding => finding.Level != Level.Ok);

            Assert.Equal(Level.Failure, finding.Level);
            Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        }
    }

    [PostgresFact]
    public async Task Settings_That_Let_Others_Keep_Locks_Or_End_Our_Connections_Are_Warned_Of()
    {
        await WarnsAsync("idle_in_transaction_session_timeout", "0", "1min", "a forgotten session of another program");
        await WarnsAsync("idle_session_timeout", "5min", "0", "idle_session_timeout ends connections");

        async Task WarnsAsync(string setting, string value, string good, string text)
        {
            var connectionString = NewDatabase();

            await SetAsync(value);
            var finding = Assert.Single(await LookAsync(connectionString), finding => finding.Level != Level.Ok);
            await SetAsync(good);

            Assert.Equal(Level.Warning, finding.Level);
            Assert.Contains(text, finding.Text, StringComparison.Ordinal);
            Assert.All(await LookAsync(connectionString), finding => Assert.Equal(Level.Ok, finding.Level));

            Task SetAsync(string to) => ExecuteAsync(
                connectionString,
                $"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting} = ''{to}''', current_database()); END $$");
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 0)]
    [InlineData("121", 1)]
    [InlineData("7200", 1)]
    public void A_Server_That_Notices_Late_That_A_Host_Has_Vanished_Is_Warned_Of(string seconds, int warnings) =>
        Assert.Equal(
            Enumerable.Repeat(Level.Warning, warnings),
            GoodSettings.FindingsOf(report => PostgreSqlChecks.CheckKeepAlive(seconds, report)).Select(finding => finding.Level));

    [PostgresFact]
    public async Task A_User_Who_May_Not_Read_And_Write_Each_Table_Is_Found()
    {
        var connectionString = NewDatabase();
        var other = await NewRoleAsync(connectionString);
        await ExecuteAsync(
            connectionString,
            $"GRANT CREATE ON SCHEMA public TO {other.Username}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO "
            + $"{other.Username}; GRANT DELETE ON audit, event_deliveries, event_endpoints, ask_again_queue TO {other.Username}");
        Assert.All(await LookAsync(other.ConnectionString), finding => Assert.Equal(Level.Ok, finding.Level));
        var tables = await QueryAsync<string>(
            connectionString,
            "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'");

        foreach (var table in tables!.Split(','))
        {
            await ExecuteAsync(connectionString, $"REVOKE UPDATE ON {table} FROM {other.Username}");
            var findings = await LookAsync(other.ConnectionString);
            await ExecuteAsync(connectionString, $"GRANT UPDATE ON {table} TO {other.Username}");

            Assert.True(
                findings.Exists(
                    finding => finding.Level == Level.Failure && finding.Text.Contains("may not read and write", StringComparison.Ordinal)),
                table);
        }
    }

    [PostgresFact]
    public async Task A_Clock_That_Is_Off_Is_Measured_By_The_Servers()
    {
        using var database = new PostgresTestDatabase();
        var now = TimeProvider.System.GetUtcNow();

        await MeasuresAsync(now.AddSeconds(90), Level.Failure, "behind PostgreSQL's");
        await MeasuresAsync(now.AddSeconds(-90), Level.Failure, "ahead of PostgreSQL's");
        await MeasuresAsync(now.AddSeconds(30), Level.Warning, "behind PostgreSQL's");

        async Task MeasuresAsync(DateTimeOffset theirs, Level level, string text)
        {
            database.SetClock(theirs);
            var finding = Assert.Single(await LookAsync(database.ConnectionString), finding => finding.Check == "clock");
            Assert.Equal(level, finding.Level);
            Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("db1.example", false, 1)]
    [InlineData("192.0.2.7", false, 1)]
    [InlineData("db1.example", true, 0)]
    [InlineData("localhost", false, 0)]
    [InlineData("::1", false, 0)]
    [InlineData("/var/run/postgresql", false, 0)]
    public void A_Connection_That_Others_Can_Read_Is_Warned_Of(string host, bool isEncrypted, int warnings) =>
        Assert.Equal(
            Enumerable.Repeat(Level.Warning, warnings),
            GoodSettings.FindingsOf(report => PostgreSqlChecks.CheckEncryption(host, isEncrypted, report))
                .Select(finding => finding.Level));

    [PostgresFact]
    public async Task Beside_A_Running_Service_The_Keys_Are_Compared_With_Those_That_Wrote()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        host.Finnet.Issues();
        await host.CreateAsync();

        Assert.Contains(await LookAsync(database.ConnectionString), finding => finding is { Check: "storage keys", Level: Level.Ok });
        Assert.Contains(
            await LookAsync(database.ConnectionString, ("Storage:Encryption:LookupKey", TestSettings.StorageKey)),
            finding => finding is { Check: "storage keys", Level: Level.Failure });
    }

    [Fact]
    public async Task A_Server_That_Is_Not_There_Is_Told_Without_The_Password()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        foreach (var connectionString in new[]
        {
            $"Host=127.0.0.1;Port={port};Database=linkage;Username=u;Password=planted-password",
            $"Host=127.0.0.1:{port},127.0.0.2:{port};Database=linkage;Username=u;Password=planted-password",
            "Host=127.0.0.1;Database=linkage;Username=u;Password=planted-password;Minimum Pool Size=9;Maximum Pool Size=2",
        })
        {
            var finding = Assert.Single(await LookAsync(connectionString));

            Assert.Equal((Level.Failure, "database"), (finding.Level, finding.Check));
            Assert.Contains("127.0.0.1", finding.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", finding.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_Server_That_Says_Nothing_Is_Waited_For_Only_So_Long()
    {
        var clock = new ManualClock();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var looking = LookAsync(
            $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Database=linkage;Username=u;Timeout=600", clock);
        using var connection = await listener.AcceptSocketAsync();
        Assert.Equal(1, await connection.ReceiveAsync(new byte[1]));
        Assert.False(looking.IsCompleted);

        clock.Advance(Patience);

        Assert.Contains(
            "did not answer within 5 s", Assert.Single(await looking.WaitAsync(TimeSpan.FromSeconds(30))).Text, StringComparison.Ordinal);
    }

    private static List<(string Check, Level Level)> Of(IEnumerable<Finding> findings) => [.. findings.Select(
        finding => (finding.Check, finding.Level))];

    /// <summary>With the schema, on a server that flushes.</summary>
    private static string NewDatabase()
    {
        var connectionString = PostgresServer.NewDatabase(fsync: true);
        Start(connectionString);
        return connectionString;
    }

    private static void Start(string connectionString) =>
        PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(connectionString) },
            new ManualClock())
            .Dispose();

    private static async Task<NpgsqlConnectionStringBuilder> NewRoleAsync(string connectionString)
    {
        var name = $"golive{Interlocked.Increment(ref roles)}";
        await ExecuteAsync(connectionString, $"CREATE ROLE {name} LOGIN");
        return new NpgsqlConnectionStringBuilder(connectionString) { Username = name };
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + "Pooling=false");
        await connection.ExecuteAsync(sql);
    }

    private static async Task<T?> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + "Pooling=false");
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    private LiveSettings Settings(string connectionString, params (string Key, string? Value)[] changes) =>
        GoodSettings.Read(folder, [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", connectionString), .. changes]);

    private Task<List<Finding>> LookAsync(string connectionString, params (string Key, string? Value)[] changes) =>
        LookAsync(connectionString, TimeProvider.System, changes);

    private async Task<List<Finding>> LookAsync(string connectionString, TimeProvider clock, params (string Key, string? Value)[] changes)
    {
        var report = new Report();
        await PostgreSqlChecks.RunAsync(Settings(connectionString, changes), report, clock, Patience);
        return [.. report.Findings];
    }

    [Theory]
    [InlineData(0, "Ok")]
    [InlineData(5, "Ok")]
    [InlineData(-5, "Ok")]
    [InlineData(5.1, "Warning")]
    [InlineData(-60, "Warning")]
    [InlineData(60.1, "Failure")]
    [InlineData(-60.1, "Failure")]
    public void The_Clocks_May_Differ_A_Little(double seconds, string level)
    {
        var finding = Assert.Single(
            GoodSettings.FindingsOf(report => PostgreSqlChecks.CompareClocks(TimeSpan.FromSeconds(seconds), report)));

        Assert.Equal(level, finding.Level.ToString());
        Assert.Contains(seconds < 0 ? "behind" : "ahead", finding.Text, StringComparison.Ordinal);
    }
}
