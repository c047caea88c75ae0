namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>Rules that the rows must always follow; they find mistakes that oracle and service share.</summary>
internal static class Invariants
{
    private static readonly string[] WaitingForAnswer = ["inProcess", "inDoubt", "widgetIssued"];

    /// <param name="before">The rows before the last command.</param>
    /// <param name="after">The rows now.</param>
    /// <param name="notified">How many authentic notifications came in all.</param>
    public static void Check(Seen before, Seen after, int notified)
    {
        Assert.Equal(notified, after.Inbox.Sum(notice => notice.Deliveries));
        foreach (var upgrade in before.Upgrades.Where(upgrade => upgrade.Status == "approved"))
            Assert.Equal("approved", after.Upgrades.Single(now => now.Reference == upgrade.Reference).Status);
        foreach (var upgrade in after.Upgrades)
        {
            var history = HistoryOf(upgrade, after);
            var earlier = HistoryOf(upgrade, before);
            Assert.Equal(
                earlier.Select(step => step with { Count = 1 }), history.Take(earlier.Count).Select(step => step with { Count = 1 }));
            // Only the last step can be counted once more.
            Assert.All(earlier.SkipLast(1).Zip(history), pair => Assert.Equal(pair.First.Count, pair.Second.Count));
            Check(upgrade, history, after.Inbox);
        }
    }

    private static List<SeenStep> HistoryOf(SeenUpgrade upgrade, Seen seen) => [.. seen.History.Where(
        step => step.Reference == upgrade.Reference)];

    private static void Check(SeenUpgrade upgrade, List<SeenStep> history, IReadOnlyList<SeenNotification> inbox)
    {
        Assert.Equal(history.Count == 0 ? "requested" : history[^1].Status, upgrade.Status);
        Assert.Equal(upgrade.Status == "widgetIssued", upgrade.Widget is not null);
        Assert.Equal(upgrade.Attempt is null, upgrade.LeaseUntil is null);
        var byNotification = history.Where(step => step.Notification is not null).ToList();
        Assert.Equal(byNotification.Count, byNotification.Select(step => step.Notification).Distinct().Count());
        for (var place = 0; place < history.Count; place++)
        {
            var status = place == 0 ? "requested" : history[place - 1].Status;
            if (history[place] is { Notification: { } number, Via: null } step)
                Assert.Equal(inbox[number - 1].Disposition == "applied", step.Status != status);
            else if (history[place].Via is not null)
                Assert.Contains(status, history[place].Notification is null ? WaitingForAnswer : ["inProcess"]);
        }
    }
}
