using System.Collections.Immutable;

namespace Finpay.Linkage.Sandbox.Scenarios;

/// <param name="Scenario">The digits of the scenario's row.</param>
/// <param name="PhoneNo">Only for requests of this phone; null for any.</param>
/// <param name="Count">How many requests it still applies to.</param>
internal sealed record QueuedScenario(string Scenario, string? PhoneNo, int Count);

internal sealed class ScenarioQueue
{
    private readonly Lock gate = new();
    private ImmutableList<QueuedScenario> queue = [];

    public ImmutableList<QueuedScenario> Queued => queue;

    public void Add(QueuedScenario queued)
    {
        lock (gate)
            queue = queue.Add(queued);
    }

    /// <summary>The first that fits; one queued for the phone itself comes before one for any phone.</summary>
    public Scenario? Take(string phone)
    {
        lock (gate)
        {
            if ((queue.Find(q => q.PhoneNo == phone) ?? queue.Find(q => q.PhoneNo is null)) is not { } found)
                return null;

            queue = found.Count > 1 ? queue.Replace(found, found with { Count = found.Count - 1 }) : queue.Remove(found);
            return ScenarioTable.Find(found.Scenario);
        }
    }
}
