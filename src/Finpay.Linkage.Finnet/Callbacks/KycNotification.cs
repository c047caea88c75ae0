using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

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
internal static class KycOutcomes
{
    /// <summary>
    /// White space, quotation marks, dots, dashes, underscores and backslashes do not count. What is left must be KYCApproved, Approved,
    /// KYCRejected or Rejected, in any ASCII case: any other character changes the meaning, as in "KYC Approved?".
    /// </summary>
    public static KycOutcome Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = string.Concat(text.Where(character => !IsIgnored(character)));
        return Is("KYCApproved") || Is("Approved") ? KycOutcome.Approved
            : Is("KYCRejected") || Is("Rejected") ? KycOutcome.Rejected
            : KycOutcome.Unknown;

        bool Is(string known) => Ascii.EqualsIgnoreCase(word, known);
    }

    private static bool IsIgnored(char character) =>
        char.IsWhiteSpace(character)
        || character is '"' or '\'' or '`' or '\u201A' or '\u201E' or '.' or '_' or '\\' or '\u2212'
        || char.GetUnicodeCategory(character) is
            UnicodeCategory.DashPunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation;
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

    /// <summary>Reads the body of a callback, as tolerantly as possible. Verify first who sent it.</summary>
    /// <param name="body">The bytes as they were received.</param>
    /// <param name="notification">The notification; null when it is none.</param>
    /// <param name="refusal">The answer for what is no notification; null when it is one.</param>
    /// <param name="charset">The charset of Content-Type: for a message in ISO-8859-1 or windows-1252.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out KycNotification? notification,
        [NotNullWhen(false)] out KycAcknowledgement? refusal, string? charset = null)
    {
        var reading = KycNotificationReader.Read(body, charset);
        notification = reading.Notification;
        refusal = notification is null ? KycAcknowledgement.For(reading) : null;
        return notification is not null;
    }

    /// <summary>Reads the body of a callback, as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">It is no notification; the message names the field and has nothing of the body.</exception>
    public static KycNotification Parse(ReadOnlyMemory<byte> body, string? charset = null) =>
        TryParse(body, out var notification, out var refusal, charset) ? notification
            : throw new FormatException($"Not a KYC notification: {refusal.ResponseMessage}.");

    /// <summary>The reference only.</summary>
    public override string ToString() => $"{nameof(KycNotification)} {PartnerReferenceNo}";
}
