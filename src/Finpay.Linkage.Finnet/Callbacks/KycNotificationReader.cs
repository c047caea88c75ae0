using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Finnet;

/// <summary>Why a body is not a notification.</summary>
internal enum KycNotificationProblem
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not a JSON object.</summary>
    NotJson,

    /// <summary>
    /// partnerReferenceNo, kycResponse or merchantId is neither a text nor a number, is there twice with different values, or is too long.
    /// </summary>
    InvalidFieldFormat,

    /// <summary>partnerReferenceNo, kycResponse or merchantId is absent or empty.</summary>
    InvalidMandatoryField,
}

/// <summary>The tolerant reader of Finnet's notifications.</summary>
/// <remarks>
/// Source: Upgrade Account Notification, whose sample spells <c>kysMessage</c>; docs/finnet-contract.md, section 4. What is not needed to
/// decide never makes a notification unreadable. Names may be in any case, unknown members are ignored, trailing commas and a byte order
/// mark are tolerated, null counts as absent. A number counts as its digits. Inside strings, raw control characters are taken as they are;
/// half a surrogate pair and bytes that are not UTF-8 are read as U+FFFD.
/// </remarks>
internal static class KycNotificationReader
{
    // As deep as a body can be: the message may be an array of any depth, and the parser does not recurse.
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, MaxDepth = 1 << 24 };

    private static readonly string[] Mandatory = ["partnerReferenceNo", "kycResponse", "merchantId"];
    private static readonly string[] Fields = [.. Mandatory, "kycMessage", "kysMessage", "phoneNo"];

    /// <summary>Reads the bytes as they were received.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="charset">
    /// The charset of Content-Type. <c>ISO-8859-1</c> and <c>windows-1252</c> say what bytes in the message mean that are not UTF-8; every
    /// other one is ignored.
    /// </param>
    public static KycNotificationReading Read(ReadOnlyMemory<byte> body, string? charset = null)
    {
        var json = TolerantJson.SkipByteOrderMark(body);
        var (fields, isJson) = ReadFields(JsonStrings.Repair(json).Span);
        var message = Message(LegacyEncoding(charset) is { } legacy ? ReadFields(JsonStrings.Repair(json, legacy).Span).Fields : fields);

        var reference = Readable("partnerReferenceNo");
        var isTooLong = reference?.Length > KycNotification.MaxReferenceLength;
        var wrong = Array.Find(Mandatory, name => fields.TryGetValue(name, out var text) && text is null)
            ?? (isTooLong ? "partnerReferenceNo" : null);
        var missing = Array.Find(Mandatory, name => Readable(name) is null);
        return new KycNotificationReading
        {
            Problem = !isJson ? KycNotificationProblem.NotJson
                : wrong is not null ? KycNotificationProblem.InvalidFieldFormat
                : missing is not null ? KycNotificationProblem.InvalidMandatoryField
                : KycNotificationProblem.None,
            Field = isJson ? wrong ?? missing : null,
            KycResponse = Readable("kycResponse"),
            KycMessage = new Secret(message),
            PartnerReferenceNo = isTooLong ? null : reference,
            PhoneNo = new Secret(PhoneNumber.Canonicalize(fields.GetValueOrDefault("phoneNo") ?? "")),
            MerchantId = Readable("merchantId"),
        };

        string? Readable(string name) => fields.GetValueOrDefault(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    /// <summary>Whether <see cref="Read"/> takes notice of this charset.</summary>
    public static bool IsLegacy(string? charset) => LegacyEncoding(charset) is not null;

    /// <returns>
    /// The values of known members, null where one can't be read; and whether the body is a JSON object. If it is none, what stands before
    /// the first error is read all the same: an operator finds it by that.
    /// </returns>
    private static (Dictionary<string, string?> Fields, bool IsJson) ReadFields(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return (fields, false);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = reader.GetString();
                reader.Read();
                var (type, start) = (reader.TokenType, (int)reader.TokenStartIndex);
                var text = type == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
                var name = Array.Find(Fields, known => known.Equals(member, StringComparison.OrdinalIgnoreCase));
                if (name is null || type == JsonTokenType.Null)
                    continue;
                // As it is written: a number type would round it.
                if (type == JsonTokenType.Number || (type != JsonTokenType.String && IsMessage(name)))
                    text = Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
                if (!fields.TryGetValue(name, out var before) || (IsMessage(name) && string.IsNullOrWhiteSpace(before)))
                    fields[name] = text;
                else if (before != text && !IsMessage(name))
                    fields[name] = null;
            }

            return (fields, !reader.Read());
        }
        catch (JsonException)
        {
            return (fields, false);
        }
    }

    private static bool IsMessage(string name) => name is "kycMessage" or "kysMessage";

    private static string Message(Dictionary<string, string?> fields) =>
        fields.GetValueOrDefault("kycMessage") is { } message && !string.IsNullOrWhiteSpace(message)
            ? message
            : fields.GetValueOrDefault("kysMessage") ?? "";

    private static Encoding? LegacyEncoding(string? charset) => charset?.ToUpperInvariant() switch
    {
        "ISO-8859-1" => Encoding.Latin1,
        "WINDOWS-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
        _ => null,
    };
}

/// <summary>What could be read of a body that was sent as a notification; what could not is null or empty.</summary>
internal sealed record KycNotificationReading
{
    /// <summary>Why it is not a notification.</summary>
    public required KycNotificationProblem Problem { get; init; }

    /// <summary>Finnet's name of the wrong field, when the problem is in one field.</summary>
    public string? Field { get; init; }

    /// <summary>The result in Finnet's words.</summary>
    public string? KycResponse { get; init; }

    /// <summary>The reason. Personal data.</summary>
    public Secret KycMessage { get; init; } = new("");

    /// <summary>The reference of the upgrade.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The phone number as <see cref="PhoneNumber.Canonicalize"/> writes it. Personal data.</summary>
    public Secret PhoneNo { get; init; } = new("");

    /// <summary>The merchant's id.</summary>
    public string? MerchantId { get; init; }

    /// <summary>The notification; null when there is a problem.</summary>
    public KycNotification? Notification => Problem != KycNotificationProblem.None ? null : new KycNotification
    {
        KycResponse = KycResponse!,
        KycMessage = KycMessage,
        PartnerReferenceNo = PartnerReferenceNo!,
        PhoneNo = PhoneNo,
        MerchantId = MerchantId!,
    };

    /// <summary>The reference and the problem only.</summary>
    public override string ToString() => $"{nameof(KycNotificationReading)} {PartnerReferenceNo} {Problem}";
}
