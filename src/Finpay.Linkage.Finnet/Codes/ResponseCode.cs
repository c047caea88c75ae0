using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// A SNAP response code: HTTP status (3 digits), service (2), case (2). A result is one of four whole codes; all of Finnet's services share
/// the cases of the errors. In JSON it is its text.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, response codes; BI-SNAP for the errors.</remarks>
[JsonConverter(typeof(ResponseCodeJsonConverter))]
public readonly record struct ResponseCode
{
    private readonly string? value;

    private ResponseCode(string value) => this.value = value;

    /// <summary>2000000: widget issued; also our answer to a notification that we accepted.</summary>
    public static ResponseCode Success { get; } = new("2000000");

    /// <summary>2020000: the KYC is still in process.</summary>
    public static ResponseCode InProcess { get; } = new("2020000");

    /// <summary>2000001: the KYC was rejected.</summary>
    public static ResponseCode Rejected { get; } = new("2000001");

    /// <summary>2000002: the KYC was approved.</summary>
    public static ResponseCode Approved { get; } = new("2000002");

    /// <summary>4090001: the partnerReferenceNo was used before, with the digits of this service.</summary>
    public static ResponseCode DuplicateReference { get; } = new("4090001");

    /// <summary>The first three digits.</summary>
    public int HttpStatus => value is null ? 0 : int.Parse(value.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>409XX01: the partnerReferenceNo was used before.</summary>
    public bool IsDuplicateReference => value is ['4', '0', '9', _, _, '0', '1'];

    /// <summary>401XX01: the B2B access token is invalid or has expired.</summary>
    internal bool IsInvalidToken => value is ['4', '0', '1', _, _, '0', '1'];

    /// <summary>409XX00: the X-EXTERNAL-ID was used before on this day; Finnet did not look at the request itself.</summary>
    internal bool IsUsedExternalId => value is ['4', '0', '9', _, _, '0', '0'];

    /// <summary>Reads exactly seven ASCII digits; white space around them is ignored.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ResponseCode Parse(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException("A response code has seven digits.");

    /// <summary>Reads exactly seven ASCII digits; white space around them is ignored.</summary>
    public static bool TryParse(string? text, out ResponseCode code)
    {
        var trimmed = text?.Trim();
        var valid = trimmed is { Length: 7 } && !trimmed.AsSpan().ContainsAnyExceptInRange('0', '9');
        code = valid ? new ResponseCode(trimmed!) : default;
        return valid;
    }

    /// <summary>
    /// Says what the code means and what to do, in English and Bahasa Indonesia: by the whole code, or else by HTTP status and case, or
    /// else by the HTTP status only.
    /// </summary>
    public ResponseCodeMeaning Explain() => ResponseCodeTable.Find(this);

    /// <summary>The seven digits.</summary>
    public override string ToString() => value ?? "";
}

/// <summary>A code as its text. Public for generated JSON code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ResponseCodeJsonConverter : JsonConverter<ResponseCode>
{
    /// <inheritdoc/>
    public override ResponseCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ResponseCode.TryParse(reader.GetString(), out var code) ? code : throw new JsonException("A response code has seven digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResponseCode value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
