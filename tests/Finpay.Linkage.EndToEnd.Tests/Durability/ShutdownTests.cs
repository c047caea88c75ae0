using System.Diagnostics;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// SIGTERM: what is under way is answered, what was acknowledged is there, and the process ends by itself, whatever the database does.
/// </summary>
public sealed class ShutdownTests : IDisposable
{
    private const int Clients = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly int Stops = Effort.Of(1, 4, 20);

    private readonly string folder = Directory.CreateTempSubdirectory("stop-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_Was_Acknowledged_Outlives_A_Stop_Under_Load()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder);
        var journal = new Journal();
        await UnderLoadAsync(fleet, journal, async () =>
        {
            for (var stop = 0; stop < Stops; stop++)
            {
                await journal.Acknowledged.GrowsByAsync(Random.Shared.Next(1, 300)).WaitAsync(Patience);
                Assert.Equal(0, await fleet.TerminateAsync(0));
                await fleet.StartAgainAsync(0);
            }
        });

        await new Promises(journal, new StoredState(fleet), finnet.Url).CheckAllAsync();
    }

    [Fact]
    public async Task A_Call_That_Waits_For_Finnet_Is_Answered_Before_The_End()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder);
        var journal = new Journal();
        var upgrade = journal.AddUpgrade();
        var answer = new TaskCompletionSource();
        finnet.Hold = answer.Task;
        var asked = finnet.Asked.GrowsByAsync(1);
        var calling = fleet[0].SendAsync(HttpMethod.Post, "/v1/account-upgrades", upgrade.Json, TestSettings.MerchantKey);
        await asked.WaitAsync(Patience);

        var ending = fleet.TerminateAsync(0);
        await fleet[0].ShuttingDown.WaitAsync(Patience);
        answer.SetResult();

        Assert.Equal(201, (await calling).Status);
        Assert.Equal(0, await ending);
        (upgrade.IsKnown, upgrade.HasWidget) = (true, true);
        await fleet.StartAgainAsync(0);
        await new Promises(journal, new StoredState(fleet), finnet.Url).CheckAllAsync();
    }

    [Fact]
    public async Task It_Ends_In_Time_While_Another_Process_Holds_The_Database()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder);
        var journal = new Journal();
        SqliteDatabase.LoadEngine();
        using var other = new SqliteConnection($"Data Source={Path.Combine(folder, "linkage.db")};Pooling=False");
        await other.OpenAsync();
        await UnderLoadAsync(fleet, journal, async () =>
        {
            await journal.Acknowledged.GrowsByAsync(200).WaitAsync(Patience);
            other.Execute("BEGIN EXCLUSIVE");
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(0, await fleet.TerminateAsync(0));
            // A call waits 2 s for its first write, the busy database is waited for 2 s by each batch, and the queue is drained for 3 s.
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
            other.Execute("ROLLBACK");
            await fleet.StartAgainAsync(0);
        });

        await new Promises(journal, new StoredState(fleet), finnet.Url).CheckAllAsync();
    }

    private static async Task UnderLoadAsync(ApiFleet fleet, Journal journal, Func<Task> play)
    {
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(fleet, journal).RunAsync(Clients, stop.Token);
        try
        {
            await play();
        }
        finally
        {
            await stop.CancelAsync();
            await traffic.WaitAsync(Patience);
        }
    }
}
