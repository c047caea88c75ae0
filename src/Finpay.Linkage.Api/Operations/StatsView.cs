using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Operations;

/// <summary>How wide a bucket is.</summary>
[JsonConverter(typeof(CamelCaseConverter<StatsWidth>))]
public enum StatsWidth
{
    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day in Jakarta.</summary>
    Day,
}

/// <summary>Figures of a range of time and of this moment, all of one state of the data.</summary>
/// <param name="Bucket">How wide a bucket is.</param>
/// <param name="From">When the first bucket begins.</param>
/// <param name="To">When the last bucket ends.</param>
/// <param name="Buckets">Oldest first, without a gap; those without upgrades too.</param>
/// <param name="Now">What waits for somebody.</param>
public sealed record StatsView(
    StatsWidth Bucket, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<StatsBucket> Buckets, StatsNow Now);

/// <summary>The upgrades that were created in a bucket, by the status that they have now.</summary>
public sealed record StatsBucket
{
    /// <summary>When it begins. With To, it is the createdFrom and createdTo of the list that has these upgrades.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How many upgrades were created, whatever their status.</summary>
    public required int Created { get; init; }

    /// <summary>How many of them are widgetIssued: they have a widget and no result.</summary>
    public required int WidgetIssued { get; init; }

    /// <summary>How many of them are approved.</summary>
    public required int Approved { get; init; }

    /// <summary>How many of them are rejected.</summary>
    public required int Rejected { get; init; }

    /// <summary>How many of them are failed.</summary>
    public required int Failed { get; init; }

    /// <summary>How many of them are inDoubt.</summary>
    public required int InDoubt { get; init; }

    /// <summary>Half of the results came within this time after the creation; absent without a result.</summary>
    public double? MedianSeconds { get; init; }

    /// <summary>95 of 100 results came within this time after the creation; absent without a result.</summary>
    public double? P95Seconds { get; init; }
}

/// <summary>What waits for somebody now, whenever it began.</summary>
public sealed record StatsNow
{
    /// <summary>Upgrades that have no result after Upgrades:OverdueAfter.</summary>
    public required long Overdue { get; init; }

    /// <summary>Notifications without an upgrade.</summary>
    public required long Orphans { get; init; }

    /// <summary>Notifications that said Rejected after Approved.</summary>
    public required long Contradictions { get; init; }

    /// <summary>Notifications whose kycResponse is unknown.</summary>
    public required long UnknownOutcome { get; init; }

    /// <summary>Authentic notifications that are not for us.</summary>
    public required long Invalid { get; init; }

    /// <summary>Deliveries of events that are still to be made.</summary>
    public required long EventsPending { get; init; }

    /// <summary>Deliveries that are not tried any more.</summary>
    public required long EventsDead { get; init; }

    /// <summary>Age of the oldest event that is pending, redeliveries aside; absent without one.</summary>
    public double? OldestPendingSeconds { get; init; }
}

[JsonSerializable(typeof(StatsView))]
internal sealed partial class OperationsJson : JsonSerializerContext;
