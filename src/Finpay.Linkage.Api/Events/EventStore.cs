using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>One attempt as it is kept with its delivery.</summary>
public sealed record AttemptView
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>The status that the receiver answered with.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Why there was no answer: timeout, connection refused, name not found, TLS failed and others like them.</summary>
    public string? Error { get; init; }
}

/// <summary>What an instance sends: until then nobody else does.</summary>
internal sealed record Claim(string Id, DateTimeOffset Until, IReadOnlyList<Delivery> Deliveries);

/// <summary>Claims deliveries and records how their attempts ended.</summary>
internal sealed class EventStore(WriteQueue writes, TimeProvider clock)
{
    /// <summary>The claims of an instance that was killed end so.</summary>
    public static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(60);

    /// <summary>So many attempts are kept with a delivery.</summary>
    private const int KeptAttempts = 50;

    // A claim that ends later than this was made by a wrong clock.
    private static readonly TimeSpan Correction = TimeSpan.FromSeconds(1);

    // What an instance has locked at this moment, it is about to claim.
    private static readonly Statement ClaimDue = new(
        """
        WITH due AS MATERIALIZED (
          SELECT id FROM event_deliveries AS one
          WHERE endpoint = @endpoint AND state = 'pending' AND next_attempt_at <= @now
            AND (claimed_until IS NULL OR claimed_until <= @now OR claimed_until > @latest)
            AND (redelivered = 1 OR NOT EXISTS (
              SELECT 1 FROM event_deliveries AS earlier
              WHERE earlier.partner_reference_no = one.partner_reference_no AND earlier.endpoint = one.endpoint
                AND earlier.state = 'pending' AND earlier.redelivered = 0
                AND (earlier.position, earlier.id) < (one.position, one.id)))
          ORDER BY next_attempt_at, id LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE event_deliveries SET claim_id = @claim, claimed_until = @until WHERE id IN (SELECT id FROM due) RETURNING id
        """);

    // Without a wait it has ended.
    private static readonly Statement RecordAttempt = new(
        $"""
         UPDATE event_deliveries
         SET state = @state, attempts = attempts + 1, step = step + 1, attempt_log = @log, last_error = @error, claim_id = NULL,
           claimed_until = NULL, next_attempt_at = COALESCE({Dialect.ServerTime}, @now) + @wait,
           ended_at = CASE WHEN @state <> 'pending' THEN COALESCE({Dialect.ServerTime}, @now) END,
           delivered_at = CASE WHEN @state = 'delivered' THEN COALESCE({Dialect.ServerTime}, @now) END
         WHERE id = @id AND claim_id = @claim AND step = @step
         """);

    // The attempt counts; the new schedule begins all the same.
    private static readonly Statement RecordOfBefore = new(
        """
        UPDATE event_deliveries SET attempts = attempts + 1, attempt_log = @log, last_error = @error, claim_id = NULL, claimed_until = NULL
        WHERE id = @id AND claim_id = @claim
        """);

    // Those that wait for this one are looked at when it is due, not all the time. Nothing waits for what an operator sends again.
    private static readonly Statement MoveFollowers = new(
        $"""
         UPDATE event_deliveries SET next_attempt_at = COALESCE({Dialect.ServerTime}, @now) + @wait
         WHERE partner_reference_no = @reference AND endpoint = @endpoint AND state = 'pending' AND redelivered = 0 AND attempts = 0
           AND EXISTS (SELECT 1 FROM event_deliveries AS earlier WHERE earlier.id = @id AND earlier.redelivered = 0
             AND (earlier.position, earlier.id) < (event_deliveries.position, event_deliveries.id))
         """);

    private static readonly Statement Release =
        new("UPDATE event_deliveries SET claim_id = NULL, claimed_until = NULL WHERE id = @id AND claim_id = @claim");

    /// <summary>
    /// Takes what is due at an endpoint, at most so many. It waits as long as the queue is: a claim that nobody waits for any more could
    /// still be written, and would keep its deliveries from being sent until it ends.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database could not take it.</exception>
    public Task<Claim> ClaimAsync(string endpoint, int limit)
    {
        var id = Guid.NewGuid().ToString("N");
        // Read before the claim begins, by our own clock: so it is never too late.
        var until = clock.GetUtcNow() + ClaimTime;
        return writes.ExecuteAsync("", Take, persistent: true, Timeout.InfiniteTimeSpan);

        Claim Take(DbTransaction transaction)
        {
            var now = transaction.Now(clock);
            var ids = ClaimDue.Query(
                transaction, reader => reader.GetString(0), ("@endpoint", endpoint), ("@now", now),
                ("@latest", now + ClaimTime + Correction), ("@limit", limit), ("@claim", id), ("@until", now + ClaimTime));
            return new Claim(id, until, ids.Count == 0 ? [] : Delivery.Find(transaction, ids));
        }
    }

    /// <summary>Records how an attempt ended, if the claim still holds. It is tried until the claim ends.</summary>
    /// <returns>The state after it.</returns>
    public Task<DeliveryState> RecordAsync(Claim claim, Delivery delivery, AttemptResult result)
    {
        var wait = result.IsDelivered || result.IsGone
            ? null
            : EventSchedule.WaitAfter(delivery.Step + 1, result.RetryAfter, RandomNumberGenerator.GetInt32(10_001) / 10_000.0);
        var state = result.IsDelivered ? DeliveryState.Delivered : wait is null ? DeliveryState.Dead : DeliveryState.Pending;
        var log = AttemptLogText.Append(delivery.AttemptLog, result, KeptAttempts);
        return writes.RepeatAsync(delivery.PartnerReferenceNo, transaction => Record(transaction), claim.Until);

        DeliveryState Record(DbTransaction transaction)
        {
            var now = clock.GetUtcNow();
            (string, object?)[] key =
                [("@id", delivery.Id), ("@claim", claim.Id), ("@log", log), ("@error", result.IsDelivered ? null : result.Reason)];
            // Made pending anew while the attempt ran.
            if (RecordAttempt.Execute(
                transaction, [.. key, ("@step", delivery.Step), ("@state", state), ("@wait", Milliseconds(wait)), ("@now", now)]) == 0)
                RecordOfBefore.Execute(transaction, key);
            else if (wait is not null || delivery.Attempts > 0)
                MoveFollowers.Execute(
                    transaction, ("@wait", Milliseconds(wait) ?? 0), ("@now", now), ("@reference", delivery.PartnerReferenceNo),
                    ("@endpoint", delivery.Endpoint), ("@id", delivery.Id));
            return state;
        }
    }

    private static long? Milliseconds(TimeSpan? wait) => (long?)wait?.TotalMilliseconds;

    /// <summary>Gives an attempt back that was ended early: it has not been made.</summary>
    public Task ReleaseAsync(Claim claim, Delivery delivery) => writes.ExecuteAsync(
        delivery.PartnerReferenceNo, transaction => Release.Execute(transaction, ("@id", delivery.Id), ("@claim", claim.Id)),
        persistent: true);
}

/// <summary>The attempts of a delivery as one column: the members of a JSON array.</summary>
internal static class AttemptLogText
{
    public static IReadOnlyList<AttemptView> Read(string log) =>
        JsonSerializer.Deserialize($"[{log}]", EventsJson.Shared.IReadOnlyListAttemptView)!;

    public static string Append(string log, AttemptResult result, int kept)
    {
        var attempt = new AttemptView
        {
            At = result.At.AsStored(),
            DurationMs = result.DurationMs,
            HttpStatus = result.HttpStatus,
            Error = result.Error,
        };
        IReadOnlyList<AttemptView> all = [.. Read(log).TakeLast(kept - 1), attempt];
        return JsonSerializer.Serialize(all, EventsJson.Shared.IReadOnlyListAttemptView)[1..^1];
    }
}
