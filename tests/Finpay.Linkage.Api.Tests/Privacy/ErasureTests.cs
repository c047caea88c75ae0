using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>What a redaction erases from SQLite's write-ahead log, and who waits for that.</summary>
public sealed class ErasureTests(ITestOutputHelper output)
{
    private const int Redactions = 6;

    [Fact]
    public async Task Writes_Do_Not_Wait_For_Redactions_That_Have_A_Long_Reader_In_Their_Way()
    {
        await using var host = new ApiHost().Replacing(services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)));
        for (var number = 0; number < Redactions; number++)
        {
            host.Finnet.Issues();
            await host.CreateAsync($"redact-{number:00000000}");
        }

        using var reader = new SqliteConnection($"Data Source={host.DatabaseFile};Pooling=False");
        reader.Open();
        reader.Execute("BEGIN; SELECT count(*) FROM upgrades");
        var redacting = Task.WhenAll(Enumerable.Range(0, Redactions).Select(number => RedactAsync(host, $"redact-{number:00000000}")));
        var (waits, whole) = (new List<TimeSpan>(), Stopwatch.StartNew());
        while (!redacting.IsCompleted)
        {
            var one = Stopwatch.StartNew();
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", $"callback-{waits.Count:00000000}")).Status);
            waits.Add(one.Elapsed);
        }

        output.WriteLine($"{waits.Count} writes in {whole.Elapsed.TotalSeconds:0.00} s, the longest {waits.Max().TotalMilliseconds:0} ms");
        Assert.All(await redacting, status => Assert.Equal(200, status));
        // Each redaction would make one wait for a second; a slow disk may do so once or twice.
        Assert.InRange(waits.Count(wait => wait > TimeSpan.FromMilliseconds(800)), 0, Redactions / 2);
        // The first, and one for all that came while it ran.
        Assert.True(whole.Elapsed < TimeSpan.FromSeconds(Redactions - 1), $"{Redactions} redactions took {whole.Elapsed}.");
    }

    [Fact]
    public async Task It_Finds_Its_Turn_Between_The_Writes_Of_A_Busy_Service()
    {
        // Without the service, whose jobs read.
        var folder = Directory.CreateTempSubdirectory("erasure-");
        using var database = SqliteDatabase.Open(new StorageOptions { DataFolder = folder.FullName }, TimeProvider.System);
        using (var connection = database.OpenConnection())
            connection.Execute("CREATE TABLE marks (count bigint NOT NULL); INSERT INTO marks VALUES (0)");
        using var writes = new WriteQueue(database, TimeProvider.System, NullLogger<WriteQueue>.Instance);
        using var end = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 32).Select(async number =>
        {
            while (!end.IsCancellationRequested)
                await writes.ExecuteAsync($"{number}", transaction => transaction.Connection!.Execute(
                    "UPDATE marks SET count = count + 1", transaction: transaction));
        }).ToList();

        // Nobody reads.
        for (var erasure = 0; erasure < 20; erasure++)
            Assert.True(await Task.Run(database.TryErase));

        await end.CancelAsync();
        await Task.WhenAll(busy);
        writes.Dispose();
        database.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Redactions_Share_An_Erasure_And_Each_Is_Answered_After_One_That_Began_After_It()
    {
        await using var host = new ApiHost();
        var references = Enumerable.Range(0, 4).Select(number => $"redact-{number:00000000}").ToList();
        foreach (var reference in references)
        {
            host.Finnet.Issues();
            await host.CreateAsync(reference);
        }

        using var database = new HeldErasures(host.Services.GetRequiredService<IDatabase>());
        using var redactor = new Redactor(
            host.Services.GetRequiredService<WriteQueue>(), database, host.Clock, host.Services.GetRequiredService<ILogger<Redactor>>());

        var first = redactor.RedactAsync(references[0], "ops");
        await database.Begun.ReadAsync();
        var others = references[1..].ConvertAll(reference => redactor.RedactAsync(reference, "ops"));
        // All are committed, after that one began.
        while (host.Logs.Own.Count(line => line.Id.Id == 1201) < references.Count)
            await Task.Yield();
        database.End(erased: true);
        Assert.NotNull(await first);
        await database.Begun.ReadAsync();
        Assert.All(others, other => Assert.False(other.IsCompleted));
        database.End(erased: true);

        Assert.All(await Task.WhenAll(others), Assert.NotNull);
        // There is nothing left to erase.
        await redactor.EraseAsync();
        Assert.Equal(2, database.Count);
    }

    [Fact]
    public async Task What_Could_Not_Be_Erased_Is_Erased_By_The_Next_Run()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        using var database = new HeldErasures(host.Services.GetRequiredService<IDatabase>());
        using var redactor = new Redactor(
            host.Services.GetRequiredService<WriteQueue>(), database, host.Clock, NullLogger<Redactor>.Instance);
        for (var attempt = 0; attempt < 20; attempt++)
            database.End(erased: false);

        Assert.NotNull(await redactor.RedactAsync(Calls.Reference, "ops"));
        Assert.Equal(20, database.Count);
        database.End(erased: true);
        await redactor.EraseAsync();
        await redactor.EraseAsync();

        Assert.Equal(21, database.Count);
    }

    private static async Task<int> RedactAsync(ApiHost host, string reference) =>
        (await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/redact", [], contentType: null)).Status;

    /// <summary>Erasures begin by themselves and end when the test says so.</summary>
    private sealed class HeldErasures(IDatabase database) : IDatabase
    {
        private readonly Channel<bool> begun = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> ends = Channel.CreateUnbounded<bool>();

        public ChannelReader<bool> Begun => begun.Reader;

        public int Count { get; private set; }

        public int Writers => 1;

        public void End(bool erased) => Assert.True(ends.Writer.TryWrite(erased));

        public DbConnection OpenConnection() => database.OpenConnection();

        public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
            database.OpenConnectionAsync(cancellationToken);

        public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs) => database.BeginWrite(connection, lockWaitMs);

        public DbTransaction BeginRead(DbConnection connection) => database.BeginRead(connection);

        public void Commit(DbTransaction transaction) => database.Commit(transaction);

        public bool TryErase()
        {
            Count++;
            begun.Writer.TryWrite(true);
            return ends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
        }

        public bool IsEngineFault(Exception exception) => database.IsEngineFault(exception);

        public void Dispose()
        {
        }
    }
}
