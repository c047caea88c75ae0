using System.Text;
using Dapper;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>POST /v1/account-upgrades/{ref}/redact.</summary>
[Collection(ConsoleTests.Name)]
public sealed class RedactionTests
{
    [Fact]
    public async Task Everything_Personal_Goes_And_Fact_And_Outcome_Stay_On_Sqlite()
    {
        await using var host = new ApiHost();
        await EverythingPersonalGoesAsync(host);
    }

    [PostgresFact]
    public async Task Everything_Personal_Goes_And_Fact_And_Outcome_Stay_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await EverythingPersonalGoesAsync(host);
    }

    [Fact]
    public async Task No_Trace_Is_Left_In_Database_Log_And_New_Backup()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        // Long enough to fill pages of its own, which a redaction frees.
        await host.NotifyAsync("KYC Pending", message: new string('m', 20_000));
        var planted = StoredValues.Personal.SelectMany(each => host.Bytes(each.Table, each.Column)).ToList();
        Assert.All(planted, value => Assert.True(IsIn(value, host.Files().Select(file => file.Content))));

        await RedactAsync(host);

        var backup = Path.Combine(host.DataFolder, "copy.db");
        Assert.Equal(0, (await ToolRun.SayAsync("backup", backup, $"--Storage:DataFolder={host.DataFolder}")).ExitCode);
        Assert.All(host.Files(), file => Assert.All(planted, value => Assert.False(IsIn(value, [file.Content]), file.Name)));
        Assert.All(planted, value => Assert.False(IsIn(value, [File.ReadAllBytes(backup)])));
        Assert.True(IsIn(Encoding.UTF8.GetBytes(Calls.Reference), [File.ReadAllBytes(backup)]));
    }

    [Theory]
    [InlineData("Budi Santoso, planted words", TestSettings.MerchantId)]
    [InlineData("Budi Santoso, planted words", "OTHER")]
    public async Task Words_That_Are_No_Outcome_Are_Never_In_Clear_In_The_File(string words, string merchant)
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        await host.NotifyAsync(words, merchant: merchant);
        Assert.Contains(host.Clear("notifications", "raw", "id"), raw => raw!.Contains(words, StringComparison.Ordinal));
        Assert.All(host.Files(), file => Assert.False(IsIn(Encoding.UTF8.GetBytes(words), [file.Content]), file.Name));

        await RedactAsync(host);
        await host.NotifyAsync(words, merchant: merchant);

        Assert.All(await host.NotificationsAsync(), one => Assert.Equal("other", one.GetProperty("kycResponse").GetString()));
        Assert.All(host.Files(), file => Assert.False(IsIn(Encoding.UTF8.GetBytes(words), [file.Content]), file.Name));
    }

    [PostgresFact]
    public async Task On_PostgreSql_A_New_Dump_Has_No_Trace_And_After_Vacuum_Full_The_Files_Have_None()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await FillAsync(host);
        await host.NotifyAsync("KYC Pending", message: new string('m', 20_000));
        var planted = StoredValues.Personal.SelectMany(each => host.Bytes(each.Table, each.Column)).ToList();
        var dump = database.Dump();
        Assert.All(planted, value => Assert.Contains(Convert.ToHexStringLower(value), dump, StringComparison.Ordinal));

        await RedactAsync(host);

        dump = database.Dump();
        Assert.Contains(Calls.Reference, dump, StringComparison.Ordinal);
        Assert.All(planted, value => Assert.DoesNotContain(Convert.ToHexStringLower(value), dump, StringComparison.Ordinal));
        // Plain VACUUM frees the room and leaves the bytes in it: that is why docs/privacy.md asks for FULL.
        Assert.Contains(planted, value => IsIn(value, FilesAfter("VACUUM")));
        var files = FilesAfter("VACUUM FULL");
        Assert.True(IsIn(Encoding.UTF8.GetBytes(Calls.Reference), files));
        Assert.All(planted, value => Assert.False(IsIn(value, files)));

        List<byte[]> FilesAfter(string vacuum)
        {
            database.Execute($"{vacuum} upgrades, upgrade_history, notifications");
            database.Execute("CHECKPOINT;");
            return [.. database.TableFiles.Select(File.ReadAllBytes)];
        }
    }

    [Fact]
    public async Task What_A_Reader_Keeps_In_The_Log_Is_Said_And_Goes_With_The_Next_Redaction()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        host.Finnet.Issues();
        await host.CreateAsync("second-reference");
        var planted = host.Bytes("notifications", "raw")[0];
        using (var reader = new SqliteConnection($"Data Source={host.DatabaseFile};Pooling=False"))
        {
            reader.Open();
            using var transaction = reader.BeginTransaction(deferred: true);
            Assert.Equal(2, reader.ExecuteScalar<long>("SELECT count(*) FROM upgrades", transaction: transaction));

            Assert.Equal(200, (await RedactAsync(host)).Status);

            Assert.True(IsIn(planted, host.Files().Select(file => file.Content)));
            Assert.Contains(host.Logs.Own, line => line.Id.Id == 1202);
        }

        await RedactAsync(host, "second-reference");

        Assert.False(IsIn(planted, host.Files().Select(file => file.Content)));
    }

    [Fact]
    public async Task What_A_Killed_Process_Left_In_The_Log_Is_Gone_With_The_Next_Start()
    {
        await using var killed = new ApiHost();
        await FillAsync(killed);
        var planted = killed.Bytes("notifications", "raw")[0];
        await using var next = new ApiHost();
        using (var reader = new SqliteConnection($"Data Source={killed.DatabaseFile};Pooling=False"))
        {
            reader.Open();
            using var transaction = reader.BeginTransaction(deferred: true);
            Assert.Equal(1, reader.ExecuteScalar<long>("SELECT count(*) FROM upgrades", transaction: transaction));
            await RedactAsync(killed);
            // The files as they are on disk at this moment.
            foreach (var (name, content) in killed.Files())
                await File.WriteAllBytesAsync(Path.Combine(next.DataFolder, name), content);
        }

        Assert.True(IsIn(planted, next.Files().Select(file => file.Content)));

        Assert.NotNull((await next.ReadUpgradeAsync())["redactedAt"]);
        Assert.False(IsIn(planted, next.Files().Select(file => file.Content)));
    }

    [Fact]
    public async Task One_That_Was_Committed_After_Its_Caller_Gave_Up_Is_Erased_By_The_Next_Run()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        var planted = host.Bytes("notifications", "raw")[0];
        using var gate = new ManualResetEventSlim();
        var writes = host.Services.GetRequiredService<WriteQueue>();
        var blocking = writes.ExecuteAsync("", _ => gate.Wait(TimeSpan.FromSeconds(30)));
        var redacting = RedactAsync(host);
        while (!host.Clock.IsAwaitedIn(TimeSpan.FromSeconds(5)))
            await Task.Yield();
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(503, (await redacting).Status);
        gate.Set();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => blocking);
        await writes.ExecuteAsync("", _ => true);
        Assert.Empty(host.Bytes("notifications", "raw"));
        Assert.True(IsIn(planted, host.Files().Select(file => file.Content)));

        await host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);

        Assert.False(IsIn(planted, host.Files().Select(file => file.Content)));
    }

    [Fact]
    public async Task A_Second_Time_Changes_Nothing()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        var first = await RedactAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(1));

        var second = await RedactAsync(host);

        Assert.Equal(
            (200, first["redactedAt"], "0", "0"), (second.Status, second["redactedAt"], second["historyEntries"], second["notifications"]));
        Assert.Single(
            (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray(),
            step => step.GetProperty("source").GetString() == "operator");
    }

    [Fact]
    public async Task An_Unknown_Reference_Is_A_404_And_A_Merchant_May_Not()
    {
        await using var host = new ApiHost();
        await FillAsync(host);

        var unknown = await RedactAsync(host, "unknown-reference");
        var merchant = await host.Merchant.SendBytesAsync(
            HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

        Assert.Equal((404, "not-found", 403), (unknown.Status, unknown.Problem, merchant.Status));
        Assert.Null((await host.ReadUpgradeAsync())["redactedAt"]);
    }

    [Fact]
    public async Task Orphans_Of_The_Reference_Are_Redacted_And_Those_Of_Others_Are_Not()
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved");
        await host.NotifyAsync("KYC Approved", "another-reference");
        await FillAsync(host);

        var receipt = await RedactAsync(host);

        Assert.Equal("2", receipt["notifications"]);
        Assert.Empty(host.Bytes("notifications", "raw"));
        Assert.Single(host.Bytes("notifications", "raw", "another-reference"));
    }

    [Fact]
    public async Task A_Late_Notification_Is_Applied_Once_And_Stored_Redacted_On_Sqlite()
    {
        await using var host = new ApiHost();
        await LateNotificationAsync(host);
    }

    [PostgresFact]
    public async Task A_Late_Notification_Is_Applied_Once_And_Stored_Redacted_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await LateNotificationAsync(host);
    }

    [Fact]
    public async Task An_Authentic_Callback_Of_Another_Merchant_About_It_Is_Stored_Redacted()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        await RedactAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(404, (await host.NotifyAsync("KYC Approved", merchant: "OTHER")).Status);

        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal("invalid", (await host.NotificationsAsync())[0].GetProperty("disposition").GetString());
    }

    [Fact]
    public async Task A_Call_Under_Way_Ends_Without_A_Trace()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        await RedactAsync(host);
        held.Issues();
        var answer = await calling;

        Assert.Equal((409, "reference-redacted"), (answer.Status, answer.Problem));
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task The_Message_Of_A_Notification_About_Another_Reference_Is_Not_Shown()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000").Issues();
        await host.CreateAsync();
        await host.CreateAsync("newer-reference");
        await host.NotifyAsync("KYC Approved", "newer-reference", "planted");
        Assert.Contains("planted", (await host.ReadUpgradeAsync()).Text, StringComparison.Ordinal);

        await RedactAsync(host);

        Assert.DoesNotContain("planted", (await host.ReadUpgradeAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("planted", (await host.ReadUpgradeAsync("newer-reference")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_Is_Removed_In_Slices_And_The_Record_Is_The_Last_On_Sqlite()
    {
        await using var host = new ApiHost();
        await InSlicesAsync(
            host,
            sql => host.ExecuteSql($"WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3099) {sql}"),
            "n", "x'01'",
            () => host.ExecuteSql(
                "CREATE TRIGGER planned BEFORE UPDATE OF redacted_at ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END"),
            () => host.ExecuteSql("DROP TRIGGER planned"));
    }

    [PostgresFact]
    public async Task Much_Is_Removed_In_Slices_And_The_Record_Is_The_Last_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await InSlicesAsync(
            host, sql => database.Execute(sql), "generate_series(100, 3099) AS n(i)", "'\\x01'::bytea",
            () => database.Execute("ALTER TABLE upgrades ADD CONSTRAINT planned CHECK (redacted_at IS NULL)"),
            () => database.Execute("ALTER TABLE upgrades DROP CONSTRAINT planned"));
    }

    private static async Task InSlicesAsync(ApiHost host, Action<string> fill, string numbers, string value, Action fail, Action mend)
    {
        await FillAsync(host);
        fill(
            "INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, message) SELECT 'step-' || i, "
            + $"'{Calls.Reference}', i, 1, 'inProcess', 'finnetResponse', {value} FROM {numbers}");
        fill(
            "INSERT INTO notifications (id, received_at, last_received_at, deliveries, partner_reference_no, disposition, evidence, raw) "
            + $"SELECT 'n-' || i, 1, 1, 1, '{Calls.Reference}', 'duplicate', '{{}}', {value} FROM {numbers}");
        fail();

        Assert.InRange((await RedactAsync(host)).Status, 500, 503);

        // What is done stays done, and a record whose data is still there does not say that it is redacted.
        var left = (host.Bytes("upgrade_history", "message").Count, host.Bytes("notifications", "raw").Count);
        Assert.Equal((1, 1), left);
        Assert.Null((await host.ReadUpgradeAsync())["redactedAt"]);
        Assert.DoesNotContain(
            (await host.Ops.GetAnswerAsync("/v1/audit")).Items, item => item.GetProperty("action").GetString() == "redact");
        mend();
        Assert.Equal(200, (await RedactAsync(host)).Status);
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.NotNull((await host.ReadUpgradeAsync())["redactedAt"]);
    }

    private static async Task EverythingPersonalGoesAsync(ApiHost host)
    {
        await FillAsync(host);
        Assert.All(StoredValues.Personal, each => Assert.NotEmpty(host.Bytes(each.Table, each.Column)));
        Assert.Equal(Calls.SentPhone, Assert.Single(host.Clear("upgrades", "phone_no", "partner_reference_no")));
        Assert.Equal(FinnetStub.WidgetUrl, Assert.Single(host.Clear("upgrades", "widget_url", "partner_reference_no")));
        Assert.Equal(FinnetStub.Message, Assert.Single(host.Clear("upgrade_history", "message", "id")));
        Assert.Equal("a planted reason", Assert.Single(host.Clear("notifications", "kyc_message", "id")));
        Assert.Contains(Calls.SentPhone, Assert.Single(host.Clear("notifications", "raw", "id")), StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var receipt = await RedactAsync(host);

        Assert.Equal(
            (200, Calls.Reference, "1", "1"),
            (receipt.Status, receipt["partnerReferenceNo"], receipt["historyEntries"], receipt["notifications"]));
        Assert.Equal(host.Clock.GetUtcNow(), receipt.Json.GetProperty("redactedAt").GetDateTimeOffset());
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        var read = await host.ReadUpgradeAsync();
        Assert.Equal(
            (200, "widgetIssued", receipt["redactedAt"], null), (read.Status, read["status"], read["redactedAt"], read["widgetUrl"]));
        Assert.Equal(
            ["finnetResponse", "operator"],
            read.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("source").GetString()));
        var notification = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("other", notification.GetProperty("kycResponse").GetString());
        Assert.False((await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{notification.GetProperty("id").GetString()}")).Json
            .TryGetProperty("rawBase64", out _));
        Assert.Empty(
            (await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""")).Items);
        var again = await host.CreateAsync();
        Assert.Equal((409, "reference-redacted"), (again.Status, again.Problem));
    }

    private static async Task LateNotificationAsync(ApiHost host)
    {
        await FillAsync(host);
        await RedactAsync(host);

        for (var delivery = 0; delivery < 3; delivery++)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", message: "planted")).Status);
        }

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyAsync("KYC Rejected", message: "planted");

        Assert.Equal("approved", await host.StatusOfAsync());
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal(
            ["contradiction", "duplicate", "duplicate", "applied", "unknownOutcome"],
            (await host.NotificationsAsync()).Select(one => one.GetProperty("disposition").GetString()));
    }

    /// <summary>One upgrade with everything that can be personal.</summary>
    private static async Task FillAsync(ApiHost host)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(200, (await host.NotifyAsync("KYC Pending", message: "a planted reason")).Status);
    }

    private static Task<Answer> RedactAsync(ApiHost host, string reference = Calls.Reference) =>
        host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/redact", [], contentType: null);

    // A long value is spread over pages, and each part of it is personal.
    private static bool IsIn(byte[] value, IEnumerable<byte[]> files) =>
        value.Chunk(64).Where(part => part.Length >= Math.Min(24, value.Length))
            .Any(part => files.Any(file => file.AsSpan().IndexOf(part) >= 0));
}
