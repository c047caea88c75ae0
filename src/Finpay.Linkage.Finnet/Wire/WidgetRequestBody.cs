using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Finnet.Security;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>The widget request with Finnet's exact names, in the order of Finnet's table.</summary>
internal sealed record WidgetRequestBody
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required string PartnerReferenceNo { get; init; }
    public required string PhoneNo { get; init; }
    public required string MerchantId { get; init; }
    public required string MerchantPass { get; init; }
    public string? RedirectFinalUrl { get; init; }
    public ImagesBody? Images { get; init; }
    public PersonalDataBody? PersonalData { get; init; }

    internal sealed record ImagesBody(ImageBody? Ktp, ImageBody? Selfie);

    internal sealed record ImageBody(ImageDataUri Base64, bool IsEditable);

    internal sealed record PersonalDataBody(string? KkNumber, string? BiologicalMotherName, string? Nationality, string? Email);

    /// <summary>Serialised once: these very bytes are what is hashed, signed and sent.</summary>
    /// <exception cref="ArgumentException">A text is empty or out of Finnet's range, or an image is none.</exception>
    public static OutgoingBody Serialize(UpgradeWidgetRequest request, FinnetOptions options, FieldCipher cipher)
    {
        RefuseWhatFinnetWould(request);
        var body = new WidgetRequestBody
        {
            PartnerReferenceNo = request.PartnerReferenceNo,
            PhoneNo = request.PhoneNo.Reveal(),
            MerchantId = options.MerchantId,
            MerchantPass = cipher.Encrypt(options.MerchantPassword!.Reveal()),
            RedirectFinalUrl = request.RedirectFinalUrl,
            Images = Map(request.Images),
            PersonalData = Map(request.PersonalData, cipher),
        };
        return new OutgoingBody(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Relaxed.WidgetRequestBody), request.Images?.Ktp?.Base64, request.Images?.Selfie?.Base64);
    }

    // A strict writer: what has no meaning on the wire is an error here, not an empty text there.
    private static void RefuseWhatFinnetWould(UpgradeWidgetRequest request)
    {
        if (request.PartnerReferenceNo is not { Length: >= 10 and <= 64 })
            throw new ArgumentException("partnerReferenceNo must have 10 to 64 characters.", nameof(request));
        string?[] texts = [request.RedirectFinalUrl, request.PersonalData?.BiologicalMotherName?.Reveal(), request.PersonalData?.Email?.Reveal()];
        if (texts.Contains(""))
            throw new ArgumentException("An optional text is absent (null) or not empty.", nameof(request));
        // A lone surrogate, which would arrive as another character, is an ArgumentException here.
        foreach (var text in texts.Append(request.PartnerReferenceNo))
            _ = StrictUtf8.GetByteCount(text ?? "");
        if (!IsSendable(request.Images?.Ktp) || !IsSendable(request.Images?.Selfie))
            throw new ArgumentException("An image is a data URI of Base64 with the prefix of its type.", nameof(request));
    }

    // Nothing that passes here needs an escape in JSON. Its size and its first bytes are the caller's to judge, with limits of its own.
    private static bool IsSendable(UpgradeImage? image) =>
        image is null || image.Base64?.Inspect(long.MaxValue) is ImageProblem.None or ImageProblem.NotDeclaredType;

    // An object without members is left out, as an absent one is: Finnet's table knows no empty objects.
    private static ImagesBody? Map(UpgradeImages? images) => images is null or { Ktp: null, Selfie: null }
        ? null
        : new ImagesBody(Map(images.Ktp), Map(images.Selfie));

    private static ImageBody? Map(UpgradeImage? image) => image is null ? null : new ImageBody(image.Base64, image.IsEditable);

    private static PersonalDataBody? Map(UpgradePersonalData? data, FieldCipher cipher) =>
        data is null or { KkNumber: null, BiologicalMotherName: null, Nationality: null, Email: null }
            ? null
            : new PersonalDataBody(
                data.KkNumber is { } kk ? cipher.Encrypt(kk.Reveal()) : null,
                data.BiologicalMotherName is { } name ? cipher.Encrypt(name.Reveal()) : null,
                data.Nationality?.ToWire(),
                data.Email?.Reveal());
}

[JsonSerializable(typeof(WidgetRequestBody))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The default encoder writes <c>+</c>, common in Base64, as <c>\u002B</c>; this one writes what was meant.</summary>
    public static WireJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WireImageConverter() },
    });
}
