namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Compares the stored state with the answers that callers got.</summary>
internal sealed class Promises(Journal journal, StoredState stored, Uri finnet)
{
    private readonly HashSet<Upgrade> looked = [];

    public int Checked { get; private set; }

    /// <summary>During traffic: everything acknowledged before is stored.</summary>
    public async Task CheckAcknowledgedAsync()
    {
        var acknowledged = journal.Notifications.Values.Select(sent => (Sent: sent, Least: sent.Acknowledged))
            .Where(promise => promise.Least > 0).ToList();
        var upgrades = journal.Upgrades.Where(upgrade => upgrade.IsKnown && looked.Add(upgrade)).ToList();
        var rows = await DistinctRowsAsync();
        foreach (var (sent, least) in acknowledged)
        {
            Assert.True(rows.TryGetValue(sent.Message, out var row), $"{sent.Message} was acknowledged and is not there.");
            Assert.True(row.Deliveries >= least, $"{sent.Message} was acknowledged {least} times and counts {row.Deliveries} deliveries.");
        }

        Checked += acknowledged.Count;
        var expected = acknowledged.Select(promise => promise.Sent).Where(sent => sent.HasRecord)
            .ToLookup(sent => sent.Reference, StringComparer.Ordinal);
        await ForEachAsync(upgrades, upgrade => [.. expected[upgrade.Reference]], applied: null);
    }

    /// <summary>After the traffic: exactly the acknowledged data is stored, and each state follows from it.</summary>
    public async Task CheckAllAsync()
    {
        var rows = await DistinctRowsAsync();
        foreach (var sent in journal.Notifications.Values)
        {
            Assert.True(rows.TryGetValue(sent.Message, out var row), $"{sent.Message} was acknowledged and is not there.");
            Assert.InRange(row.Deliveries, sent.Acknowledged, sent.Sent);
            Assert.True(!sent.HasRecord || row.Disposition != "orphan", $"{sent.Message} is an orphan although its record was there.");
        }

        Checked += rows.Count;
        var received = rows.Values.Where(row => row.Disposition != "orphan").ToLookup(row => row.Reference);
        await ForEachAsync(
            journal.Upgrades, upgrade => [.. received[upgrade.Reference].Select(row => journal.Notifications[row.Message])],
            upgrade => received[upgrade.Reference].Where(row => row.Disposition == "applied").Select(row => row.Message)
                .ToHashSet(StringComparer.Ordinal));
    }

    private async Task<Dictionary<string, StoredNotification>> DistinctRowsAsync()
    {
        var rows = new Dictionary<string, StoredNotification>(StringComparer.Ordinal);
        foreach (var row in await stored.NotificationsAsync())
        {
            Assert.True(rows.TryAdd(row.Message, row), $"{row.Message} is stored twice.");
            var sent = journal.Notifications[row.Message];
            Assert.Equal((sent.Reference, sent.Response), (row.Reference, row.Response));
            Assert.True(row.Deliveries <= sent.Sent, $"{row.Message} was sent {sent.Sent} times and counts {row.Deliveries} deliveries.");
        }

        return rows;
    }

    private Task ForEachAsync(
        IEnumerable<Upgrade> upgrades, Func<Upgrade, IReadOnlyList<Notification>> expected, Func<Upgrade, HashSet<string>>? applied) =>
        Parallel.ForEachAsync(upgrades, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (upgrade, _) =>
        {
            // Read before the question, because they may change meanwhile.
            var (isKnown, hasWidget) = (upgrade.IsKnown, upgrade.HasWidget);
            var record = await stored.UpgradeAsync(upgrade.Reference);
            Assert.True(record is not null || !isKnown, $"{upgrade.Reference} was acknowledged and is not there.");
            if (record is not null)
                Check(upgrade, record, hasWidget, expected(upgrade), applied?.Invoke(upgrade));
        });

    // «applied» is known when the traffic has ended: then the state is exact.
    private void Check(
        Upgrade upgrade, StoredUpgrade record, bool hasWidget, IReadOnlyList<Notification> expected, HashSet<string>? applied)
    {
        var exact = applied is not null;
        var statuses = record.History.Select(step => step.Status).ToList();
        var trail = $"{upgrade.Reference}: {string.Join(", ", statuses)}, now {record.Status}";
        Assert.True(statuses.Count == 0 ? record.Status == "requested" : record.Status == statuses[^1], trail);
        Assert.True(statuses.SkipWhile(status => status != "approved").All(status => status == "approved"), trail);
        Assert.True(!hasWidget || record.Status is "widgetIssued" or "approved" or "rejected", trail);
        if (record.Status == "widgetIssued")
            Assert.Equal(FakeFinnet.WidgetUrl(finnet, upgrade.Reference), record.WidgetUrl);

        var notified = record.History.Where(step => step.Source == "kycNotification").Select(step => step.Message!).ToList();
        Assert.True(notified.Distinct(StringComparer.Ordinal).Count() == notified.Count, $"{trail}: a notification was applied twice.");
        // The history holds what changed the status, and nothing else.
        Assert.True(applied?.SetEquals(notified) != false, $"{trail}: the inbox and the history do not agree.");
        Assert.True(statuses.Zip(record.History.Skip(1)).All(step =>
            step.Second.Source != "kycNotification" || step.First != step.Second.Status), $"{trail}: a notification changed nothing.");
        var result = expected.Any(sent => sent.Response == "KYC Approved") ? "approved" : expected.Count > 0 ? "rejected" : null;
        Assert.True(result is null || record.Status == result || (!exact && record.Status == "approved"), trail);
        Assert.True(result is not null || !exact || record.Status is not ("approved" or "rejected"), trail);
    }
}
