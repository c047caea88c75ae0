using System.Globalization;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Instances of the API under traffic, and the answers that callers got.</summary>
internal sealed record Stage(ApiFleet Fleet, FakeFinnet Finnet, Journal Journal, Promises Promises)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const int Clients = 8;

    /// <summary>Plays a script under traffic; at the end, all answers that callers got must be true.</summary>
    public static async Task PlayAsync(ITestOutputHelper output, int instances, string connectionString, Func<Stage, Task> script)
    {
        var folder = Directory.CreateTempSubdirectory("linkage-stage-");
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(
            instances, finnet.Url, folder.FullName, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", connectionString));
        var journal = new Journal();
        var stage = new Stage(fleet, finnet, journal, new Promises(journal, new StoredState(fleet), finnet.Url));
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(fleet, journal).RunAsync(Clients, stop.Token);
        try
        {
            await (await Task.WhenAny(script(stage), traffic)).WaitAsync(Patience);
        }
        catch
        {
            output.WriteLine(fleet.Output);
            // Callers that wait for an acknowledgement would wait forever.
            fleet.Dispose();
            await stop.CancelAsync();
            throw;
        }

        await stop.CancelAsync();
        await traffic.WaitAsync(Patience);
        await stage.Promises.CheckAllAsync();
        AskRules.Check(journal, finnet.Asks);
        var notifications = journal.Notifications.Values;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {notifications.Count} notifications, sent {notifications.Sum(sent => sent.Sent)} times,
            acknowledged {notifications.Sum(sent => sent.Acknowledged)} times, looked for {stage.Promises.Checked} times
            {journal.Upgrades.Count} references, {journal.Upgrades.Sum(upgrade => upgrade.Calls.Count)} create calls,
            {journal.Upgrades.Count(upgrade => upgrade.HasWidget)} widgets
            """));
        folder.Delete(recursive: true);
    }
}
