using System.Collections.Immutable;
using Finpay.Linkage.Sandbox.ConsolePages;

namespace Finpay.Linkage.Sandbox.Scenarios;

/// <param name="Scenario">The digits of the scenario's row.</param>
/// <param name="PhoneNo">Only for requests of this phone; null for any.</param>
/// <param name="Count">The number of requests it still applies to.</param>
internal sealed record QueuedScenario(string Scenario, string? PhoneNo, int Count);

internal sealed class ScenarioQueue(ChangeSignal changes)
{
    private readonly Lock gate = new();
    private ImmutableList<QueuedScenario> queue = [];

    public ImmutableList<QueuedScenario> Queued => queue;

    public void Add(QueuedScenario queued)
    {
        lock (gate)
            queue = queue.Add(queued);

        changes.Raise();
    }

    public void Clear()
    {
        lock (gate)
            queue = [];

        changes.Raise();
    }

    /// <summary>Takes the first that matches; one for this phone comes before one for any phone.</summary>
    public Scenario? Take(string phone)
    {
        lock (gate)
        {
            if ((queue.Find(q => q.PhoneNo == phone) ?? queue.Find(q => q.PhoneNo is null)) is not { } found)
                return null;

            queue = found.Count > 1 ? queue.Replace(found, found with { Count = found.Count - 1 }) : queue.Remove(found);
            changes.Raise();
            return ScenarioTable.Find(found.Scenario);
        }
    }
}
