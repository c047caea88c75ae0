using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>SQLite's write-ahead log while another program reads and does not end.</summary>
public sealed class WalWatchTests
{
    [Fact]
    public async Task A_Foreign_Reader_That_Does_Not_End_Is_Told_And_The_Log_Is_Emptied_After_It()
    {
        await using var host = new ApiHost();
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        var log = new FileInfo(host.DatabaseFile + "-wal");
        using var foreign = new SqliteConnection($"Data Source={host.DatabaseFile};Pooling=False");
        await foreign.OpenAsync();
        foreign.Execute("BEGIN; SELECT count(*) FROM notifications");
        Fill(host, WalWatch.Limit + (1024 * 1024));

        await LookAsync(host);
        await LookAsync(host);

        log.Refresh();
        Assert.True(log.Length > WalWatch.Limit, $"{log.Length} bytes");
        Assert.Single(Lines(host, LogLevel.Warning));
        // A callback is committed meanwhile.
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved", "202411011441000013")).Status);
        // Twice the size is told again.
        Fill(host, WalWatch.Limit + (2 * 1024 * 1024));
        await LookAsync(host);
        Assert.Equal(2, Lines(host, LogLevel.Warning).Count);

        foreign.Execute("ROLLBACK");
        await LookAsync(host);

        log.Refresh();
        Assert.Equal(0, log.Length);
        Assert.Equal(2, Lines(host, LogLevel.Warning).Count);
        Assert.Single(Lines(host, LogLevel.Information));
        Assert.Equal(2, (await host.NotificationsAsync()).Count);
    }

    [Fact]
    public async Task A_Smaller_Log_Is_Left_Alone()
    {
        await using var host = new ApiHost();
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        using var foreign = new SqliteConnection($"Data Source={host.DatabaseFile};Pooling=False");
        await foreign.OpenAsync();
        foreign.Execute("BEGIN; SELECT count(*) FROM notifications");
        Fill(host, WalWatch.Limit / 2);

        await LookAsync(host);
        foreign.Execute("ROLLBACK");
        await LookAsync(host);

        Assert.True(new FileInfo(host.DatabaseFile + "-wal").Length > WalWatch.Limit / 2);
        Assert.Empty(Lines(host, LogLevel.Warning));
        Assert.Empty(Lines(host, LogLevel.Information));
    }

    [Fact]
    public async Task It_Looks_By_Itself()
    {
        await using var host = new ApiHost();
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Fill(host, WalWatch.Limit + (1024 * 1024));
        while (!host.Clock.IsAwaitedIn(WalWatch.Interval))
            await Task.Yield();

        host.Clock.Advance(WalWatch.Interval);

        var started = TimeProvider.System.GetTimestamp();
        while (Lines(host, LogLevel.Information).Count == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The log was not emptied.");
            await Task.Yield();
        }
    }

    private static Task LookAsync(ApiHost host) => host.Services.GetRequiredService<WalWatch>().RunAsync(CancellationToken.None);

    private static void Fill(ApiHost host, long bytes) => host.ExecuteSql(
        $"PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS filler (bytes blob); INSERT INTO filler VALUES (zeroblob({bytes}))");

    private static List<LogLine> Lines(ApiHost host, LogLevel level) => [.. host.Logs.Own.Where(line =>
        line.Level == level && line.Category.EndsWith(nameof(WalWatch), StringComparison.Ordinal))];
}
