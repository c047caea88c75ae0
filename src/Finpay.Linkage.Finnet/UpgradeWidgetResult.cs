namespace Finpay.Linkage.Finnet;

/// <summary>Where the customer stands, by the four documented codes of Finnet's answer.</summary>
public enum UpgradeWidgetOutcome
{
    /// <summary>2000000: a widget was issued.</summary>
    WidgetIssued,

    /// <summary>2020000: a KYC of this customer is still on process.</summary>
    InProcess,

    /// <summary>2000001: the KYC was rejected.</summary>
    Rejected,

    /// <summary>2000002: the KYC was approved.</summary>
    Approved,
}

/// <summary>Finnet's answer with one of the four documented codes; every other end is a <see cref="FinnetException"/>.</summary>
/// <remarks>Source: Upgrade Account Widget, response table.</remarks>
public sealed record UpgradeWidgetResult
{
    /// <summary>What the code means.</summary>
    public required UpgradeWidgetOutcome Outcome { get; init; }

    /// <summary>The full code.</summary>
    public required ResponseCode ResponseCode { get; init; }

    /// <summary>Finnet's words, at most 150 characters; may be empty.</summary>
    public required string ResponseMessage { get; init; }

    /// <summary>
    /// Where to send the customer; there exactly when <see cref="Outcome"/> is <see cref="UpgradeWidgetOutcome.WidgetIssued"/>.
    /// It carries the phone number: never log it.
    /// </summary>
    public Secret? WidgetUrl { get; init; }

    /// <summary>When the URL ends to work; <see langword="null"/> when Finnet did not say so readably.</summary>
    public DateTimeOffset? ExpiryTime { get; init; }

    /// <summary>The code alone: Finnet's words may be about the customer.</summary>
    public override string ToString() => $"{nameof(UpgradeWidgetResult)} {ResponseCode}";
}
