using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Alone, after the others: these tests measure memory or short times.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneAfterTheOthers
{
    public const string Name = "Alone";
}

/// <summary>
/// SIGKILL at any moment: what was acknowledged is there exactly once, Finnet is asked once, and the merchant is told each change. It is
/// about processes that die; that a commit also survives a power cut is up to the flushes that the engines are told to make.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly int Kills = Effort.Of(2, 8, 25);

    private readonly string folder = Directory.CreateTempSubdirectory("kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public Task What_Was_Acknowledged_Outlives_A_Kill_With_Sqlite() => PlayAsync(instances: 1);

    [PostgresFact]
    public Task What_Was_Acknowledged_Outlives_A_Kill_With_Three_Instances_On_PostgreSql() => PlayAsync(
        instances: 3, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", PostgresServer.NewDatabase(fsync: true)));

    private async Task PlayAsync(int instances, params (string Key, string Value)[] storage)
    {
        await using var finnet = await FakeFinnet.StartAsync();
        await using var witness = await EventWitness.StartAsync();
        using var fleet = await ApiFleet.StartAsync(instances, finnet.Url, folder, [.. storage, .. witness.Settings]);
        var journal = new Journal();
        var stored = new StoredState(fleet);
        var promises = new Promises(journal, stored, finnet.Url);
        using var stop = new CancellationTokenSource();
        var callers = new Traffic(fleet, journal);
        var traffic = callers.RunAsync(Clients, stop.Token);
        List<Upgrade>? leftOpen = null;
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await Moment(journal, finnet).WaitAsync(Patience);
                await fleet.KillAndStartAgainAsync(kill % fleet.Count);
                await promises.CheckAcknowledgedAsync().WaitAsync(Patience);
                leftOpen ??= [.. journal.Upgrades.Where(upgrade => !upgrade.IsKnown)];
            }

            // Long enough to see who takes over when the first leases end; full speed proves nothing more here.
            callers.Rest = TimeSpan.FromMilliseconds(Effort.Of(50, 0, 0));
            while (leftOpen?.Exists(upgrade => !upgrade.IsKnown) == true)
                await journal.Acknowledged.GrowsByAsync(1).WaitAsync(Patience);
        }
        catch
        {
            output.WriteLine(fleet.Output);
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await traffic.WaitAsync(Patience);
        }

        await promises.CheckAllAsync();
        var (inDoubt, askedAgain) = AskRules.Check(journal, finnet.Asks);
        Report(journal, promises, finnet, inDoubt, askedAgain);
        output.WriteLine(await witness.CheckAllAsync(fleet, stored, journal));
    }

    /// <summary>A moment to kill: amid creates that wait for Finnet, or after some acknowledgement.</summary>
    private static Task Moment(Journal journal, FakeFinnet finnet) =>
        Random.Shared.Next(2) == 0
            ? finnet.Asked.GrowsByAsync(Random.Shared.Next(1, 200))
            : journal.Acknowledged.GrowsByAsync(Random.Shared.Next(1, Effort.Of(300, 1000, 1000)));

    private void Report(Journal journal, Promises promises, FakeFinnet finnet, int inDoubt, int askedAgain)
    {
        var notifications = journal.Notifications.Values;
        var sent = notifications.Sum(notification => notification.Sent);
        var acknowledged = notifications.Sum(notification => notification.Acknowledged);
        var creates = journal.Upgrades.Sum(upgrade => upgrade.Calls.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Kills} kills
            {notifications.Count} notifications, sent {sent} times, acknowledged {acknowledged} times, looked for {promises.Checked} times
            {journal.Upgrades.Count} references, {creates} create calls, {journal.Upgrades.Count(upgrade => upgrade.HasWidget)} widgets
            {finnet.Asked.Value} questions to Finnet, {inDoubt} references left in doubt by a kill, {askedAgain} of them asked for again
            """));
    }
}
