using System.Text.Json;
using System.Text.Unicode;

namespace Finpay.Linkage.Finnet;

/// <summary>Why a body is not a notification.</summary>
public enum KycNotificationProblem
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not a JSON object in UTF-8.</summary>
    NotJson,

    /// <summary>A member is not a string, is too long, or is present twice with different values.</summary>
    InvalidFieldFormat,

    /// <summary>partnerReferenceNo, kycResponse or merchantId is absent or empty.</summary>
    InvalidMandatoryField,
}

/// <summary>The tolerant reader of Finnet's notifications.</summary>
/// <remarks>
/// Source: Upgrade Account Notification, whose sample spells <c>kysMessage</c>. Names may be in any case, unknown members are ignored,
/// trailing commas, comments and a byte order mark are tolerated. Message and phone may be missing; null counts as absent.
/// </remarks>
public static class KycNotificationReader
{
    private static readonly string[] Mandatory = ["partnerReferenceNo", "kycResponse", "merchantId"];
    private static readonly string[] Fields = [.. Mandatory, "kycMessage", "kysMessage", "phoneNo"];

    /// <summary>Reads the bytes as they were received.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="notification">The notification, when there is no problem.</param>
    /// <param name="field">Finnet's name of the wrong field, when the problem is in one field.</param>
    public static KycNotificationProblem Read(ReadOnlyMemory<byte> body, out KycNotification? notification, out string? field)
    {
        notification = null;
        field = null;
        var json = TolerantJson.SkipByteOrderMark(body);
        if (!Utf8.IsValid(json.Span))
            return KycNotificationProblem.NotJson;

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json, TolerantJson.Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return KycNotificationProblem.NotJson;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var name = TolerantJson.Readable(() => property.Name);
                field = Array.Find(Fields, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (field is null || property.Value.ValueKind == JsonValueKind.Null)
                    continue;
                var text = TolerantJson.Readable(property.Value.GetString);
                if (text is null || (!values.TryAdd(field, text) && values[field] != text))
                    return KycNotificationProblem.InvalidFieldFormat;
            }
        }
        catch (JsonException)
        {
            return KycNotificationProblem.NotJson;
        }

        field = Array.Find(Mandatory, name => string.IsNullOrWhiteSpace(values.GetValueOrDefault(name)));
        if (field is not null)
            return KycNotificationProblem.InvalidMandatoryField;
        if (values["partnerReferenceNo"].Length > KycNotification.MaxReferenceLength)
        {
            field = "partnerReferenceNo";
            return KycNotificationProblem.InvalidFieldFormat;
        }

        var message = values.GetValueOrDefault("kycMessage");
        notification = new KycNotification
        {
            KycResponse = values["kycResponse"],
            KycMessage = new Secret(string.IsNullOrWhiteSpace(message) ? values.GetValueOrDefault("kysMessage", "") : message),
            PartnerReferenceNo = values["partnerReferenceNo"],
            PhoneNo = new Secret(PhoneNumber.Canonicalize(values.GetValueOrDefault("phoneNo", ""))),
            MerchantId = values["merchantId"],
        };
        return KycNotificationProblem.None;
    }
}

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
