using System.Data.Common;
using System.Text.Json;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Which overdue records are asked about: the oldest, at most so many.</summary>
internal sealed record OverdueFilter(DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, int? Limit, string? MerchantId);

/// <summary>
/// Asks Finnet about many overdue records in the background. A record leaves the queue in the transaction that stores its new upgrade:
/// so it is never asked about twice, and a restart goes on with the rest.
/// </summary>
internal sealed partial class AskAgainQueue(
    IDatabase database, WriteQueue writes, AskAgain asking, MerchantRing merchants, IOptions<UpgradeOptions> options,
    TimeProvider clock, ILogger<AskAgainQueue> logger) : RepeatedJob(Interval, clock)
{
    /// <summary>How often an empty queue is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>At most five a second, by all instances together.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(0.2);

    /// <summary>Records for one transaction, so that other writes do not wait for it.</summary>
    private const int SliceSize = 200;

    /// <summary>So many wait for Finnet at the same time.</summary>
    private const int MostAtOnce = 50;

    private static readonly TimeSpan Correction = TimeSpan.FromSeconds(1);

    private static readonly Statement SelectOverdue = new(
        $"""
         SELECT partner_reference_no, created_at FROM upgrades
         WHERE {Overdue.Condition} AND created_at >= @from AND created_at < @to
           AND EXISTS (SELECT 1 FROM json_each(@merchants::json) AS asked WHERE asked.key = upgrades.merchant_id)
           AND NOT EXISTS (SELECT 1 FROM ask_again_queue AS waiting WHERE waiting.partner_reference_no = upgrades.partner_reference_no)
           AND NOT EXISTS (SELECT 1 FROM upgrades AS child WHERE child.asked_for = upgrades.partner_reference_no
             AND child.redacted_at IS NULL
             AND (child.lease_until > @now OR (child.status = 'widgetIssued' AND child.widget_expires_at > @now)))
         ORDER BY created_at, partner_reference_no LIMIT @limit
         """);

    private static readonly Statement Insert = new(
        """
        INSERT INTO ask_again_queue (partner_reference_no, created_at, actor) VALUES (@reference, @createdAt, @actor)
        ON CONFLICT (partner_reference_no) DO NOTHING
        """);

    private static readonly Statement SelectNext =
        new("SELECT partner_reference_no, actor FROM ask_again_queue ORDER BY created_at, partner_reference_no LIMIT 1");

    private static readonly Statement TakeTurn = new(
        "UPDATE ask_again_pace SET asked_at = @now WHERE id = 1 AND (asked_at <= @before OR asked_at > @latest)");

    private static readonly Statement Delete = new("DELETE FROM ask_again_queue WHERE partner_reference_no = @reference");

    private readonly List<Task> underWay = [];

    /// <summary>Puts overdue records into the queue; or, with <paramref name="dryRun"/>, only counts them.</summary>
    public async Task<long> AddAsync(OverdueFilter which, bool dryRun, string actor, CancellationToken cancellationToken)
    {
        var now = await database.NowAsync(Clock, cancellationToken);
        // Of a merchant that is not in the settings any more, nobody can ask.
        var asked = merchants.All.Select(merchant => merchant.Id).Where(id => which.MerchantId is null || id == which.MerchantId);
        var found = await SelectOverdue.QueryAsync(
            database, reader => (Reference: reader.GetString(0), CreatedAt: reader.Time(1)), cancellationToken,
            [.. Overdue.Parameters(options.Value, now), ("@from", which.CreatedFrom ?? DateTimeOffset.UnixEpoch),
                ("@to", which.CreatedTo ?? DateTimeOffset.MaxValue), ("@limit", which.Limit ?? int.MaxValue),
                ("@merchants", JsonSerializer.Serialize(asked.ToDictionary(id => id, _ => true, StringComparer.Ordinal)))]);
        if (dryRun || found.Count == 0)
            return found.Count;
        await writes.ExecuteAsync("", transaction => AuditTrail.Add(transaction, actor, AuditAction.AskAgainMany, null, now));
        var added = 0L;
        foreach (var slice in found.Chunk(SliceSize))
        {
            added += await writes.ExecuteAsync(
                "",
                transaction => slice.OrderBy(one => one.Reference, StringComparer.Ordinal).Sum(one => Insert.Execute(
                    transaction, ("@reference", one.Reference), ("@createdAt", one.CreatedAt), ("@actor", actor))),
                persistent: true);
        }

        return added;
    }

    /// <summary>Takes a record out of the queue, if it is still in it and the last one was taken long enough ago.</summary>
    public static bool Take(DbTransaction transaction, string reference, TimeProvider clock)
    {
        var now = transaction.Now(clock);
        return TakeTurn.Execute(transaction, ("@now", now), ("@before", now - Pace), ("@latest", now + Correction)) > 0
            && Delete.Execute(transaction, ("@reference", reference)) > 0;
    }

    /// <summary>Asks about the oldest record of the queue, if another instance does not.</summary>
    /// <returns>False when the queue is empty.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var next = await SelectNext.QueryAsync(
            database, reader => new Asking(reader.GetString(0), reader.GetString(1), true), cancellationToken);
        if (next is not [var one])
            return false;
        underWay.RemoveAll(task => task.IsCompleted);
        if (underWay.Count >= MostAtOnce)
            return true;
        var begun = await asking.BeginAsync(one, Scope.All, cancellationToken);
        // It can't be asked about at all, so it has not been taken out.
        if (begun is null or { Attempt.Id: "" })
            await writes.ExecuteAsync(
                one.AskedFor, transaction => Delete.Execute(transaction, ("@reference", one.AskedFor)), persistent: true);
        else
            underWay.Add(FinishAsync(begun));
        return true;
    }

    /// <summary>Ends when Finnet has answered all that was asked.</summary>
    public Task EndAsync() => Task.WhenAll(underWay);

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pace, Clock);
        while (await StepAsync(cancellationToken))
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync();
    }

    private async Task FinishAsync(BegunAsking begun)
    {
        try
        {
            await begun.FinishAsync();
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(EventId = 1703, Level = LogLevel.Warning, Message = "Finnet could not be asked again about an upgrade")]
    protected override partial void LogFailed(Exception exception);
}
