namespace Finpay.Linkage.Finnet;

/// <summary>What a notification says about the KYC.</summary>
public enum KycOutcome
{
    /// <summary>A word that this version does not know.</summary>
    Unknown,

    /// <summary><c>KYC Approved</c>.</summary>
    Approved,

    /// <summary><c>KYC Rejected</c>.</summary>
    Rejected,
}

/// <summary>Reads <see cref="KycOutcome"/> from Finnet's words.</summary>
public static class KycOutcomes
{
    /// <summary>"KYC Approved", "KYC_APPROVED" and "approved" mean the same, with any spaces and in any case.</summary>
    public static KycOutcome Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Where(letter => !char.IsWhiteSpace(letter) && letter is not ('_' or '-'))).ToUpperInvariant() switch
        {
            "KYCAPPROVED" or "APPROVED" => KycOutcome.Approved,
            "KYCREJECTED" or "REJECTED" => KycOutcome.Rejected,
            _ => KycOutcome.Unknown,
        };
    }
}

/// <summary>Finnet's message to the merchant that a customer's KYC has ended.</summary>
/// <remarks>Source: Upgrade Account Notification.</remarks>
public sealed record KycNotification
{
    /// <summary>The longest reference that is accepted, in characters.</summary>
    public const int MaxReferenceLength = 128;

    /// <summary>The result in Finnet's words, as it came.</summary>
    public required string KycResponse { get; init; }

    /// <summary>What <see cref="KycResponse"/> means.</summary>
    public KycOutcome Outcome => KycOutcomes.Read(KycResponse);

    /// <summary>The reason, from <c>kycMessage</c> or, as in Finnet's sample, <c>kysMessage</c>; may be empty. Personal data.</summary>
    public required Secret KycMessage { get; init; }

    /// <summary>The reference of the upgrade, 1 to 128 characters of any kind.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The phone number as <see cref="PhoneNumber.Canonicalize"/> writes it; may be empty. Personal data.</summary>
    public required Secret PhoneNo { get; init; }

    /// <summary>The merchant's id.</summary>
    public required string MerchantId { get; init; }

    /// <summary>The reference only.</summary>
    public override string ToString() => $"{nameof(KycNotification)} {PartnerReferenceNo}";
}
