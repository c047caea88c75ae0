using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>Removes deliveries that have ended long ago. A pending one stays, however old it is.</summary>
internal static class EventPruning
{
    private const int BatchSize = 100;

    private static readonly Statement Delete = new(
        """
        DELETE FROM event_deliveries
        WHERE id IN (SELECT id FROM event_deliveries WHERE ended_at < @before ORDER BY ended_at, id LIMIT @limit)
          AND ended_at < @before
        """);

    /// <returns>How many were removed.</returns>
    public static async Task<int> RunAsync(WriteQueue writes, DateTimeOffset before)
    {
        for (var total = 0; ;)
        {
            var removed = await writes.ExecuteAsync(
                "", transaction => Delete.Execute(transaction, ("@before", before), ("@limit", BatchSize)), persistent: true);
            total += removed;
            if (removed < BatchSize)
                return total;
        }
    }
}
