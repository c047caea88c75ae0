using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// Body of POST /v1/account-upgrades. Everything may be missing until the validator has run. The attributes are for the OpenAPI document
/// alone; CreateUpgradeValidator decides.
/// </summary>
public sealed class CreateUpgradeRequest
{
    // What PhoneNumber can read at all: it takes separators anywhere, which a pattern of the forms could not say legibly.
    internal const string PhonePattern = @"^\W*([0-9]\W*){8,18}$";

    /// <summary>
    /// Your own reference, 10 to 64 letters, digits, dots, dashes or underscores. With it, the call is safe to repeat. Without it, the
    /// service makes one.
    /// </summary>
    [StringLength(CreateUpgradeValidator.MaxReferenceLength, MinimumLength = CreateUpgradeValidator.MinReferenceLength)]
    [RegularExpression("^[A-Za-z0-9._-]+$")]
    public string? PartnerReferenceNo { get; init; }

    /// <summary>
    /// The customer's Indonesian mobile number: 08…, 8…, 62…, +62… or 0062…. Blanks, dashes, dots and brackets do not count.
    /// </summary>
    [Required, RegularExpression(PhonePattern)]
    public string? PhoneNo { get; init; }

    /// <summary>Not needed: it comes from the settings. Another merchant's is refused.</summary>
    public string? MerchantId { get; init; }

    /// <summary>
    /// Where the widget's Back button leads: an absolute https URL, or one of an app whose scheme the service's settings allow. Opening
    /// it does not mean that the KYC is finished.
    /// </summary>
    [MaxLength(CreateUpgradeValidator.MaxUrlLength), DataType(DataType.Url)]
    public string? RedirectFinalUrl { get; init; }

    /// <summary>Photos that the widget shows already filled in.</summary>
    public ImagesPart? Images { get; init; }

    /// <summary>Data that the widget shows already filled in. Send it in clear over TLS. KK number and mother's name are forwarded
    /// encrypted, the rest as it is; nothing of it is stored.</summary>
    public PersonalDataPart? PersonalData { get; init; }

    public sealed class ImagesPart
    {
        /// <summary>The ID card (KTP) alone.</summary>
        public ImagePart? Ktp { get; init; }

        /// <summary>The customer holding the KTP (swafoto sambil memegang KTP).</summary>
        public ImagePart? Selfie { get; init; }
    }

    public sealed class ImagePart
    {
        /// <summary>data:image/jpeg;base64,… or data:image/png;base64,…, without line breaks.</summary>
        [Required]
        public ReceivedImage? Base64 { get; init; }

        /// <summary>True: the customer may take the photo again. False: read-only.</summary>
        [Required]
        public bool? IsEditable { get; init; }

        /// <summary>The photo itself; null until <see cref="FindImages"/>.</summary>
        internal ImageDataUri? Image { get; private set; }

        internal void Find(ReadOnlyMemory<byte> json) => Image = Base64?.In(json);
    }

    public sealed class PersonalDataPart
    {
        /// <summary>Family card number in clear, 16 digits. Blanks, dashes, dots and brackets do not count.</summary>
        [RegularExpression(@"^\W*([0-9]\W*){16}$")]
        public string? KkNumber { get; init; }

        /// <summary>The mother's maiden name in clear. It is sent trimmed, with single blanks, in Unicode's form NFC.</summary>
        [StringLength(CreateUpgradeValidator.MaxNameLength, MinimumLength = 1)]
        public string? BiologicalMotherName { get; init => field = value is null ? null : PersonName.Normalize(value); }

        /// <summary>WNI or WNA; ID, IDN and Indonesia mean WNI.</summary>
        [RegularExpression("^(WNI|WNA|ID|IDN|Indonesia)$")]
        public string? Nationality { get; init; }

        /// <summary>E-mail address.</summary>
        [MaxLength(CreateUpgradeValidator.MaxEmailLength), DataType(DataType.EmailAddress)]
        public string? Email { get; init; }
    }

    /// <summary>The images are parts of the JSON that this request was read from.</summary>
    internal void FindImages(ReadOnlyMemory<byte> json)
    {
        Images?.Ktp?.Find(json);
        Images?.Selfie?.Find(json);
    }

    /// <summary>The request to Finnet; call it on a valid request only.</summary>
    internal UpgradeWidgetRequest ToFinnet(string partnerReferenceNo) => new()
    {
        PartnerReferenceNo = partnerReferenceNo,
        PhoneNo = PhoneNumber.TryParse(PhoneNo, out var phone) ? phone : throw new InvalidOperationException("The request is not valid."),
        RedirectFinalUrl = RedirectFinalUrl,
        Images = Images is null ? null : new UpgradeImages { Ktp = Map(Images.Ktp), Selfie = Map(Images.Selfie) },
        PersonalData = PersonalData is null ? null : new UpgradePersonalData
        {
            KkNumber = FamilyCardNumber.TryParse(PersonalData.KkNumber, out var number) ? number : null,
            BiologicalMotherName = PersonalData.BiologicalMotherName is { } name ? new Secret(name) : null,
            Nationality = Nationalities.TryParse(PersonalData.Nationality, out var nationality) ? nationality : null,
            Email = PersonalData.Email is { } email ? new Secret(email) : null,
        },
    };

    private static UpgradeImage? Map(ImagePart? image) => image is null ? null : new UpgradeImage(image.Image!, image.IsEditable!.Value);
}

/// <summary>Body of POST /v1/account-upgrades/search. A phone number never stands in a URL.</summary>
public sealed class SearchRequest
{
    /// <summary>The customer's number, in any of its forms.</summary>
    [Required, RegularExpression(CreateUpgradeRequest.PhonePattern)]
    public string? PhoneNo { get; init; }

    /// <summary>Only upgrades of the merchant of this name.</summary>
    public string? Merchant { get; init; }

    /// <summary>Most items of a page, 1 to 200 (50).</summary>
    public int? Limit { get; init; }

    /// <summary>nextCursor of the page before.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Where a photo stands in the JSON it was read from: it stays there and is not copied.</summary>
[JsonConverter(typeof(Converter))]
[DebuggerDisplay("***")]
public sealed class ReceivedImage
{
    private readonly Range place;
    private readonly byte[]? unescaped;

    private ReceivedImage(Range place, byte[]? unescaped = null) => (this.place, this.unescaped) = (place, unescaped);

    internal ImageDataUri In(ReadOnlyMemory<byte> json) => new((unescaped ?? json)[place]);

    internal sealed class Converter : JsonConverter<ReceivedImage>
    {
        public override ReceivedImage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            // A token starts with its quotation mark.
            var start = (int)reader.TokenStartIndex + 1;
            if (!reader.ValueIsEscaped)
                return new ReceivedImage(start..(start + reader.ValueSpan.Length));
            var copy = new byte[reader.ValueSpan.Length];
            return new ReceivedImage(..reader.CopyString(copy), copy);
        }

        public override void Write(Utf8JsonWriter writer, ReceivedImage value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}
