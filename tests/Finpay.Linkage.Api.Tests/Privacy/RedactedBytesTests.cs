using System.Text;
using Dapper;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using static Finpay.Linkage.Api.Tests.Privacy.RedactionTests;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>What a redaction leaves on the disk, in the write-ahead log, and in copies.</summary>
[Collection(ConsoleTests.Name)]
public sealed class RedactedBytesTests
{
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

    // A long value is spread over pages, and each part of it is personal.
    private static bool IsIn(byte[] value, IEnumerable<byte[]> files) =>
        value.Chunk(64).Where(part => part.Length >= Math.Min(24, value.Length))
            .Any(part => files.Any(file => file.AsSpan().IndexOf(part) >= 0));
}
