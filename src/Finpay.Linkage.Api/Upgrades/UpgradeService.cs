using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The use case. A crash at any point leaves a record that the next call with the same reference continues.</summary>
internal sealed class UpgradeService(UpgradeStore store, TimeProvider clock, UpgradeMetrics metrics)
{
    public Task<Attempt> CreateAsync(UpgradeWidgetRequest request, string owner, Merchant merchant) => MeasuredAsync(
        merchant, async () => await RunAsync(request, await store.BeginAsync(request, owner, merchant.Id), merchant));

    /// <summary>Asks Finnet as this merchant and records its answer, if the attempt has begun.</summary>
    public Task<Attempt> FinishAsync(UpgradeWidgetRequest request, Attempt attempt, Merchant merchant) =>
        MeasuredAsync(merchant, () => RunAsync(request, attempt, merchant));

    private async Task<Attempt> RunAsync(UpgradeWidgetRequest request, Attempt attempt, Merchant merchant)
    {
        if (attempt.State != AttemptState.Begun)
            return attempt;
        FinnetAnswer answer;
        try
        {
            answer = await AskAsync(request, attempt, merchant);
        }
        catch (Exception exception)
        {
            // The lease ends at once. Only a request that could not be written (ArgumentException) is known not to have been sent.
            var kind = exception is ArgumentException ? FinnetAnswerKind.NotSent : FinnetAnswerKind.Unclear;
            await store.RecordAsync(attempt, new FinnetAnswer { Kind = kind, Reason = "The service failed while it asked Finnet." });
            throw;
        }

        return await store.RecordAsync(attempt, answer);
    }

    private async Task<Attempt> MeasuredAsync(Merchant merchant, Func<Task<Attempt>> create)
    {
        using var span = Spans.Start("create");
        var what = "error";
        try
        {
            var attempt = await create();
            what = attempt.Event;
            return attempt;
        }
        finally
        {
            metrics.Created(what, merchant);
            span?.SetTag("linkage.event", what);
        }
    }

    private async Task<FinnetAnswer> AskAsync(UpgradeWidgetRequest request, Attempt attempt, Merchant merchant)
    {
        var answer = await SendAsync(request, merchant);
        // The first 4090001 may mean that an earlier attempt is still being processed, so Finnet is asked once more.
        return answer.Kind != FinnetAnswerKind.DuplicateReference || !attempt.MayHaveArrived ? answer
            : clock.GetUtcNow() + merchant.TotalTimeout < attempt.LeaseEnds
                ? await SendAsync(request, merchant)
            : new FinnetAnswer { Kind = FinnetAnswerKind.NoAnswer, Reason = "Finnet's answer came too late to ask once more." };
    }

    // Without the caller's cancellation: a caller that hangs up must not leave a widget that no record knows.
    private async Task<FinnetAnswer> SendAsync(UpgradeWidgetRequest request, Merchant merchant)
    {
        var started = clock.GetTimestamp();
        var answer = await merchant.Client.RequestUpgradeWidgetAsync(request, CancellationToken.None);
        metrics.Answered(answer.Kind, clock.GetElapsedTime(started), merchant);
        return answer;
    }
}

/// <summary>What a create call found under its reference.</summary>
internal enum AttemptState
{
    /// <summary>It holds the record: ask Finnet.</summary>
    Begun,

    /// <summary>There is a result: return it again.</summary>
    Replay,

    /// <summary>Finnet knows the reference, and asking again tells nothing new: 409 again.</summary>
    ReplayDuplicate,
    InProgress,
    OwnedByAnother,
    ContentDiffers,
    Redacted,

    /// <summary>
    /// Finnet can't be asked about it: it has a result, its phone can't be decrypted, or it is of another Finnet merchant.
    /// </summary>
    NotAskable,

    /// <summary>Finnet was asked about it less than a minute ago.</summary>
    AskedRecently,

    /// <summary>It is not the turn of this queued record, or no longer.</summary>
    NotQueued,
}

/// <summary>One create call on its record: UpgradeStore begins it before Finnet is asked and records it after.</summary>
internal sealed record Attempt(AttemptState State, UpgradeRow Row)
{
    public string Id { get; init; } = "";
    public KeyedHashes Phone { get; init; } = new([], null);
    public TimeSpan? LeaseLeft { get; init; }

    /// <summary>When the row was read, by the clock that leases and widgets go by.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>An earlier attempt may have reached Finnet: its answer was unclear, or its process ended.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>A notification was being stored when the record was created: it counts as one that arrived after that.</summary>
    public bool IsCrossed { get; init; }

    /// <summary>By our own clock, and never too late.</summary>
    public DateTimeOffset LeaseEnds { get; init; }

    /// <summary>How asking Finnet ended; null when Finnet was not asked.</summary>
    public FinnetAnswer? Answer { get; init; }

    /// <summary>The attempt still held the record when it ended; a late one only adds to the history.</summary>
    public bool Held { get; init; }

    /// <summary>The same as a word of a metric.</summary>
    public string Event => Answer is null ? EnumText.Of(State) : EnumText.Of(Answer.Kind);

    public string Outcome => Answer is null ? $"not asked, {State}" : $"{Answer.Kind}, now {Row.Status}";
}

/// <summary>What the same reference again means (docs/api.md, «the same call again»).</summary>
internal static class BeginRules
{
    // A clock that is corrected by so much must not end the lease of a call that runs.
    private static readonly TimeSpan Correction = TimeSpan.FromSeconds(1);

    /// <summary>A lease that ends later than this was given by a wrong clock, and has ended.</summary>
    public static DateTimeOffset LatestLease(DateTimeOffset now, TimeSpan lease) => now + lease + Correction;

    /// <summary>An attempt holds the record.</summary>
    public static bool IsHeld(UpgradeRow row, DateTimeOffset now, TimeSpan lease) =>
        row.LeaseUntil > now && row.LeaseUntil <= LatestLease(now, lease);

    public static AttemptState Decide(UpgradeRow row, UpgradeRow asked, KeyedHashes fingerprint, DateTimeOffset now, TimeSpan lease)
    {
        if (row.Owner != asked.Owner || row.MerchantId != asked.MerchantId)
            return AttemptState.OwnedByAnother;
        if (row.RedactedAt is not null)
            return AttemptState.Redacted;
        if (!fingerprint.Matches(row.Fingerprint))
            return AttemptState.ContentDiffers;
        if (row.Status is UpgradeStatus.WidgetIssued or UpgradeStatus.Approved or UpgradeStatus.Rejected)
            return AttemptState.Replay;
        if (IsHeld(row, now, lease))
            return AttemptState.InProgress;
        if (row.Status is (UpgradeStatus.InDoubt or UpgradeStatus.Failed)
            && ResponseCode.TryParse(row.ResponseCode, out var code) && code.IsDuplicateReference)
            return AttemptState.ReplayDuplicate;
        return AttemptState.Begun;
    }
}
