using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Events;

/// <summary>Body of POST /v1/events/redeliver.</summary>
public sealed record RedeliverRequest
{
    /// <summary>The name of the endpoint.</summary>
    [Required]
    public string? Endpoint { get; init; }

    /// <summary>pending, delivered or dead.</summary>
    [Required]
    public string? State { get; init; }

    /// <summary>Only events that were written at this time or later.</summary>
    public string? CreatedFrom { get; init; }

    /// <summary>Only events that were written before this time.</summary>
    public string? CreatedTo { get; init; }

    /// <summary>True: only counts them.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>How many deliveries are pending again, or would be.</summary>
public sealed record RedeliveryCount(long Count);

/// <summary>Body of POST /v1/events/test.</summary>
public sealed record TestRequest
{
    /// <summary>The name of the endpoint.</summary>
    [Required]
    public string? Endpoint { get; init; }
}

/// <summary>What came back.</summary>
public sealed record TestResult
{
    /// <summary>The HTTP status that the receiver answered with.</summary>
    public int? Status { get; init; }

    /// <summary>Why there was no answer: timeout, connection refused, name not found, TLS failed and others like them.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took.</summary>
    public required long Milliseconds { get; init; }
}

[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(IReadOnlyList<AttemptView>))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(DeliveryDetails))]
[JsonSerializable(typeof(RedeliverRequest))]
[JsonSerializable(typeof(RedeliveryCount))]
[JsonSerializable(typeof(TestRequest))]
[JsonSerializable(typeof(TestResult))]
internal sealed partial class EventsJson : JsonSerializerContext
{
    public static EventsJson Shared { get; } = new(LinkageJson.Options);
}
