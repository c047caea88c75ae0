using System.Data.Common;
using System.Globalization;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Audit;

/// <summary>Removes old lines of the audit trail. The database lets none go that a line of this job does not announce.</summary>
internal static class AuditPruning
{
    private const int BatchSize = 1000;

    // Ids begin with the time of the instance that made them; the time itself is the database's. A line goes when it is old by both.
    private static readonly Statement SelectDue =
        new("SELECT id FROM audit WHERE id < @firstId AND at < @before ORDER BY id LIMIT @limit FOR UPDATE");

    private static readonly Statement Delete = new("DELETE FROM audit WHERE id <= @lastId AND at < @before");

    /// <summary>Removes what is older, in batches, and notes it once.</summary>
    /// <returns>How many lines were removed.</returns>
    public static async Task<int> RunAsync(WriteQueue writes, DateTimeOffset before, DateTimeOffset now)
    {
        var total = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            var notes = isFirst;
            var removed = await writes.ExecuteAsync("", transaction => Prune(transaction, before, now, notes), persistent: true);
            total += removed;
            if (removed < BatchSize)
                return total;
        }
    }

    private static int Prune(DbTransaction transaction, DateTimeOffset before, DateTimeOffset now, bool notes)
    {
        var time = before.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
        var due = SelectDue.Query(
            transaction, reader => reader.GetString(0), ("@firstId", $"{time[..8]}-{time[8..]}"), ("@before", before),
            ("@limit", BatchSize));
        if (due.Count == 0)
            return 0;
        if (notes)
            AuditTrail.Add(transaction, AuditTrail.Retention, AuditAction.PruneAudit, null, now, removedBefore: before);
        return Delete.Execute(transaction, ("@lastId", due[^1]), ("@before", before));
    }
}
