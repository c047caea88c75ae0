using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>The primary dies with all that only it has; the standby takes over with all that was acknowledged.</summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    private static readonly int Failovers = Effort.Of(1, 2, 5);
    private static readonly int Acknowledgements = Effort.Of(450, 1500, 1500);

    [PostgresFact]
    public async Task What_Was_Acknowledged_Outlives_The_Primary_And_Callbacks_Are_Taken_Again()
    {
        using var servers = await PostgresPair.StartAsync();

        await Stage.PlayAsync(output, instances: 2, servers.ConnectionString, async stage =>
        {
            for (var failover = 0; failover < Failovers; failover++)
            {
                if (failover > 0)
                    await servers.AddStandbyAsync();
                var acknowledgements = Random.Shared.Next(Acknowledgements / 3, Acknowledgements);
                await stage.Journal.Acknowledged.GrowsByAsync(acknowledgements).WaitAsync(Stage.Patience);
                var killed = DateTimeOffset.UtcNow;
                servers.KillPrimary();
                servers.Promote();
                var promoted = DateTimeOffset.UtcNow;
                await stage.Journal.Acknowledged.GrowsByAsync(100).WaitAsync(Stage.Patience);
                await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
                Report(stage.Journal, killed, promoted);
            }
        });
    }

    [PostgresFact]
    public async Task A_Commit_That_The_Standby_Has_Not_Confirmed_Is_Not_Acknowledged()
    {
        using var servers = await PostgresPair.StartAsync();

        // A wait for the standby that is cut short within the callers' patience: PostgreSQL then calls the commit a success.
        await Stage.PlayAsync(output, instances: 2, servers.ConnectionString + ";Command Timeout=1", async stage =>
        {
            await stage.Journal.Acknowledged.GrowsByAsync(200).WaitAsync(Stage.Patience);
            servers.KillStandby();
            await stage.Journal.Refused.GrowsByAsync(6).WaitAsync(Stage.Patience);
            servers.KillPrimary();
            servers.StartStandby();
            servers.Promote();
            await stage.Journal.Acknowledged.GrowsByAsync(100).WaitAsync(Stage.Patience);
            await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
        });
    }

    private void Report(Journal journal, DateTimeOffset killed, DateTimeOffset promoted)
    {
        var taken = journal.Callbacks.Where(answer => answer.Reply.Status == 200).Select(answer => answer.At).Order().ToList();
        var (before, after) = taken.Zip(taken.Skip(1)).Where(pair => pair.Second > killed).MaxBy(pair => pair.Second - pair.First);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"callbacks refused for {(after - before).TotalMilliseconds:F0} ms: promotion ended "
            + $"{(promoted - killed).TotalMilliseconds:F0} ms after the kill, the first was taken "
            + $"{(after - promoted).TotalMilliseconds:F0} ms later"));
    }
}
