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
    private static readonly string[] Fields = ["kycResponse", "kycMessage", "kysMessage", "partnerReferenceNo", "phoneNo", "merchantId"];

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

        var values = new string?[Fields.Length];
        try
        {
            using var document = JsonDocument.Parse(json, TolerantJson.Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return KycNotificationProblem.NotJson;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var name = TolerantJson.Readable(() => property.Name);
                var index = Array.FindIndex(Fields, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (index < 0 || property.Value.ValueKind == JsonValueKind.Null)
                    continue;
                var text = TolerantJson.Readable(property.Value.GetString);
                if (text is null || (values[index] is { } earlier && earlier != text))
                {
                    field = Fields[index];
                    return KycNotificationProblem.InvalidFieldFormat;
                }

                values[index] = text;
            }
        }
        catch (JsonException)
        {
            return KycNotificationProblem.NotJson;
        }

        var (response, message, misspelt, reference, phone, merchant) = (values[0], values[1], values[2], values[3], values[4], values[5]);
        field = string.IsNullOrWhiteSpace(reference) ? "partnerReferenceNo"
            : string.IsNullOrWhiteSpace(response) ? "kycResponse"
            : string.IsNullOrWhiteSpace(merchant) ? "merchantId"
            : null;
        if (field is not null)
            return KycNotificationProblem.InvalidMandatoryField;
        if (reference!.Length > KycNotification.MaxReferenceLength)
        {
            field = "partnerReferenceNo";
            return KycNotificationProblem.InvalidFieldFormat;
        }

        notification = new KycNotification
        {
            KycResponse = response!,
            KycMessage = new Secret(string.IsNullOrWhiteSpace(message) ? misspelt ?? "" : message),
            PartnerReferenceNo = reference,
            PhoneNo = new Secret(PhoneNumber.Canonicalize(phone ?? "")),
            MerchantId = merchant!,
        };
        return KycNotificationProblem.None;
    }
}
