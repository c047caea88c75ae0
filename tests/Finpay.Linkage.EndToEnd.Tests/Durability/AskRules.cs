namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// Finnet is asked once for a reference, except after an attempt that was cut off and left it in doubt, and
/// never while another attempt holds the lease.
/// </summary>
internal static class AskRules
{
    // Leases are kept in whole milliseconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>How many references an attempt left in doubt, and for how many of them another attempt asked Finnet.</summary>
    public static (int InDoubt, int AskedAgain) Check(Journal journal, IEnumerable<Ask> asks)
    {
        var byReference = asks.OrderBy(ask => ask.At).ToLookup(ask => ask.Reference);
        var (inDoubt, askedAgain) = (0, 0);
        foreach (var upgrade in journal.Upgrades)
        {
            var attempts = Attempts(upgrade, [.. byReference[upgrade.Reference]]);
            inDoubt += attempts.Any(attempt => attempt.Calls.All(call => call.IsCutOff)) ? 1 : 0;
            askedAgain += attempts.Count > 1 ? 1 : 0;
            for (var i = 0; i < attempts.Count; i++)
                Check(upgrade.Reference, i == 0 ? null : attempts[i - 1], attempts[i]);
        }

        return (inDoubt, askedAgain);
    }

    private static void Check(string reference, Attempt? previous, Attempt attempt)
    {
        var mayAskTwice = previous is not null && attempt.Asks[0].Code is "4090001";
        Assert.True(attempt.Asks.Count <= (mayAskTwice ? 2 : 1), $"{reference}: one attempt asked Finnet {attempt.Asks.Count} times.");
        if (previous is null)
            return;
        // 502 and 504 mean in doubt, and release the lease.
        Assert.True(
            previous.Calls.All(call => call.IsCutOff || call.Reply!.Status >= 500),
            $"{reference}: Finnet was asked again after an answer that settled it.");
        if (previous.Calls.Any(call => call.Reply!.Status is 502 or 504))
            return;
        var held = previous.Calls.Min(call => call.SentAt) + ApiFleet.Lease - Rounding;
        Assert.True(
            attempt.Asks[0].At >= held,
            $"{reference}: Finnet was asked {held - attempt.Asks[0].At} before the lease of another attempt ended.");
    }

    private static List<Attempt> Attempts(Upgrade upgrade, IReadOnlyList<Ask> asks)
    {
        var attempts = new List<Attempt>();
        foreach (var ask in asks)
        {
            var calls = CallsOf(upgrade, ask);
            if (attempts.Count > 0 && attempts[^1].Calls.Intersect(calls).Any())
                attempts[^1].Asks.Add(ask);
            else
                attempts.Add(new Attempt(calls, [ask]));
        }

        return attempts;
    }

    /// <summary>
    /// The calls that may have caused this question: usually one. Finnet may read it shortly after the caller's connection broke.
    /// </summary>
    private static IReadOnlyList<CreateCall> CallsOf(Upgrade upgrade, Ask ask)
    {
        var before = upgrade.Calls.Where(call => !call.DidNotAsk && call.SentAt <= ask.At).ToList();
        var during = before.Where(call => call.EndedAt >= ask.At).ToList();
        Assert.True(before.Count > 0, $"{upgrade.Reference}: Finnet was asked for no call.");
        return during.Count > 0 ? during : [before.MaxBy(call => call.SentAt)!];
    }

    private sealed record Attempt(IReadOnlyList<CreateCall> Calls, List<Ask> Asks);
}
