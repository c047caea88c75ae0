using System.Data.Common;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>
/// Tells the other instances which endpoints this one has in its settings, and this one which the others have: in a rolling update an
/// instance writes the events of endpoints that it does not know yet. What nobody has known for a day is dead.
/// </summary>
internal sealed partial class EventRegistry(
    IDatabase database, WriteQueue writes, EventOutbox outbox, EventMetrics metrics, IOptions<EventOptions> options,
    MerchantRing merchants, TimeProvider clock, ILogger<EventRegistry> logger) : RepeatedJob(Interval, clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The pending deliveries of an endpoint are dead when no instance has known it for so long.</summary>
    public static readonly TimeSpan RemovedAfter = TimeSpan.FromHours(24);

    public const string Removed = "endpoint removed";

    // An instance that runs says each minute that it knows its endpoints; two may be missed.
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IsLiveFor = TimeSpan.FromMinutes(3);
    private const int SliceSize = 100;

    private static readonly Statement Select =
        new($"SELECT name, owner, types, known_at, {Dialect.ServerTime} FROM event_endpoints");

    private static readonly Statement Upsert = new(
        $"""
         INSERT INTO event_endpoints (name, owner, types, known_at) VALUES (@name, @owner, @types, COALESCE({Dialect.ServerTime}, @now))
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, types = excluded.types, known_at = excluded.known_at
         """);

    private static readonly Statement KillPending = new(
        """
        UPDATE event_deliveries
        SET state = 'dead', last_error = @error, ended_at = @now, next_attempt_at = NULL, claim_id = NULL, claimed_until = NULL
        WHERE state = 'pending'
          AND id IN (SELECT id FROM event_deliveries WHERE endpoint = @name AND state = 'pending' ORDER BY id LIMIT @limit)
        """);

    private static readonly Statement Forget = new("DELETE FROM event_endpoints WHERE name = @name AND known_at <= @before");

    private static readonly Statement IsForgotten =
        new("SELECT name FROM event_endpoints WHERE name = @name AND known_at <= @before FOR UPDATE");

    private readonly List<KnownEndpoint> own = [.. options.Value.Endpoints.Select(one => Known(one, merchants))];

    public static KnownEndpoint Known(EventEndpointOptions endpoint, MerchantRing merchants) =>
        new(endpoint.Name, endpoint.Owner, [.. endpoint.Types], merchants.Find(endpoint.Merchant)?.Id);

    /// <summary>One round: what this instance knows, what the others know, what nobody knows any more, and the figures.</summary>
    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        var stored = await Select.QueryAsync(
            database,
            reader => (
                Endpoint: new KnownEndpoint(
                    reader.GetString(0), reader.GetString(1), reader.GetString(2).Split(',', StringSplitOptions.RemoveEmptyEntries)),
                KnownAt: reader.Time(3), Now: reader.TimeOrNull(4) ?? Clock.GetUtcNow()),
            cancellationToken);
        foreach (var endpoint in own)
        {
            if (!stored.Exists(row => IsSame(row.Endpoint, endpoint) && row.Now - row.KnownAt < Renewal && row.KnownAt <= row.Now))
                await writes.ExecuteAsync(
                    "",
                    transaction => Upsert.Execute(
                        transaction, ("@name", endpoint.Name), ("@owner", endpoint.Owner), ("@types", string.Join(',', endpoint.Types)),
                        ("@now", Clock.GetUtcNow())),
                    persistent: true);
        }

        var others = stored.Where(row => !own.Exists(endpoint => endpoint.Name == row.Endpoint.Name)).ToList();
        // With SQLite there is no other instance.
        outbox.Endpoints = database is SqliteDatabase
            ? own
            : [.. own, .. others.Where(row => row.Now - row.KnownAt < IsLiveFor).Select(row => row.Endpoint)];
        foreach (var (endpoint, knownAt, now) in others)
        {
            if (now - knownAt >= RemovedAfter)
                await RemoveAsync(endpoint.Name, now);
        }

        await CountAsync(cancellationToken);
    }

    private static bool IsSame(KnownEndpoint one, KnownEndpoint other) =>
        one.Name == other.Name && one.Owner == other.Owner && one.Types.SequenceEqual(other.Types, StringComparer.Ordinal);

    private async Task RemoveAsync(string name, DateTimeOffset now)
    {
        var total = 0;
        while (true)
        {
            var killed = await writes.ExecuteAsync("", transaction => Remove(transaction, name, now), persistent: true);
            total += killed;
            if (killed < SliceSize)
                break;
        }

        LogRemoved(name, total);
    }

    private static int Remove(DbTransaction transaction, string name, DateTimeOffset now)
    {
        var before = now - RemovedAfter;
        // An instance that has just started may know it again.
        if (IsForgotten.Query(transaction, _ => true, ("@name", name), ("@before", before)).Count == 0)
            return 0;
        var killed = KillPending.Execute(transaction, ("@name", name), ("@error", Removed), ("@now", now), ("@limit", SliceSize));
        if (killed < SliceSize)
            Forget.Execute(transaction, ("@name", name), ("@before", before));
        return killed;
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        metrics.Set(await EventFigures.ReadAsync(connection, null, null, Clock.GetUtcNow(), cancellationToken));
    }

    [LoggerMessage(EventId = 1504, Level = LogLevel.Warning,
        Message = "The endpoints of events can't be looked at; the next round goes on")]
    protected override partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 1505, Level = LogLevel.Warning,
        Message = "No instance has known the endpoint {Endpoint} for a day: {Count} pending deliveries are dead")]
    private partial void LogRemoved(string endpoint, int count);
}
