namespace Finpay.Linkage.Finnet;

/// <summary>What a notification says about the KYC.</summary>
public enum KycOutcome
{
    /// <summary>A word this version does not know; kept, and changes nothing.</summary>
    Unknown,

    /// <summary><c>KYC Approved</c>.</summary>
    Approved,

    /// <summary><c>KYC Rejected</c>.</summary>
    Rejected,
}

/// <summary>Reads <see cref="KycOutcome"/> from Finnet's words.</summary>
public static class KycOutcomes
{
    /// <summary>«KYC Approved», «KYC_APPROVED», «approved», with any spaces and in any case, are one word.</summary>
    public static KycOutcome Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<char> letters = stackalloc char[16];
        var length = 0;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || character is '_' or '-')
                continue;
            if (length == letters.Length)
                return KycOutcome.Unknown;
            letters[length++] = char.ToUpperInvariant(character);
        }

        return letters[..length] switch
        {
            "KYCAPPROVED" or "APPROVED" => KycOutcome.Approved,
            "KYCREJECTED" or "REJECTED" => KycOutcome.Rejected,
            _ => KycOutcome.Unknown,
        };
    }
}

/// <summary>Finnet's message to the merchant that a KYC has ended.</summary>
/// <remarks>Source: Upgrade Account Notification.</remarks>
public sealed record KycNotification
{
    /// <summary>Longest reference that is taken, in characters.</summary>
    public const int MaxReferenceLength = 128;

    /// <summary>The result in Finnet's words, as it came.</summary>
    public required string KycResponse { get; init; }

    /// <summary>What <see cref="KycResponse"/> means.</summary>
    public KycOutcome Outcome => KycOutcomes.Read(KycResponse);

    /// <summary>The reason, from <c>kycMessage</c> or, as the page's sample spells it, <c>kysMessage</c>; may be empty. Personal data.</summary>
    public required Secret KycMessage { get; init; }

    /// <summary>The reference of the upgrade, 1 to 128 characters of any kind.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The number in its canonical form where it has one (<see cref="PhoneNumber.Canonicalize"/>); may be empty. Personal data.</summary>
    public required Secret PhoneNo { get; init; }

    /// <summary>The merchant that is meant.</summary>
    public required string MerchantId { get; init; }

    /// <summary>The reference alone.</summary>
    public override string ToString() => $"{nameof(KycNotification)} {PartnerReferenceNo}";
}
