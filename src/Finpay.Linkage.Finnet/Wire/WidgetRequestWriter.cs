using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Finpay.Linkage.Finnet;

/// <summary>Writes the widget request with Finnet's exact names, in the order of Finnet's table.</summary>
internal static class WidgetRequestWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> InReference =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    // RFC 3986.
    private static readonly SearchValues<char> InUrl =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    // Schemes that no app has: they open or run whatever the rest of the URL says.
    private static readonly HashSet<string> NoApp = new(StringComparer.Ordinal)
    {
        "javascript", "data", "file", "blob", "vbscript", "about", "filesystem", "view-source", "content", "intent", "ftp", "ws", "wss",
    };

    // The default encoder writes +, which is common in Base64, as \u002B.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">A text is empty or out of Finnet's range, or an image is not a data URI.</exception>
    public static OutgoingBody Write(UpgradeWidgetRequest request, FinnetOptions options)
    {
        RefuseWhatFinnetWould(request);
        var cipher = new FieldCipher(options.EncryptionKey!, options.EncryptionIv!);
        var json = new ArrayBufferWriter<byte>();
        var parts = new List<ReadOnlyMemory<byte>>();
        var from = 0;
        using var writer = new Utf8JsonWriter(json, Relaxed);
        writer.WriteStartObject();
        writer.WriteString("partnerReferenceNo", request.PartnerReferenceNo);
        writer.WriteString("phoneNo", request.PhoneNo.Reveal());
        writer.WriteString("merchantId", options.MerchantId);
        writer.WriteString("merchantPass", cipher.Encrypt(options.MerchantPassword!.Reveal()));
        WriteText("redirectFinalUrl", request.RedirectFinalUrl);
        // An object without members is left out, like an absent one: Finnet's table has no empty objects.
        if (request.Images is { } photos && photos != new UpgradeImages())
        {
            writer.WriteStartObject("images");
            WriteImage("ktp", photos.Ktp);
            WriteImage("selfie", photos.Selfie);
            writer.WriteEndObject();
        }

        if (request.PersonalData is { } data && data != new UpgradePersonalData())
        {
            writer.WriteStartObject("personalData");
            WriteText("kkNumber", data.KkNumber is { } number ? cipher.Encrypt(number.Reveal()) : null);
            WriteText("biologicalMotherName", data.BiologicalMotherName is { } name ? cipher.Encrypt(name.Reveal()) : null);
            WriteText("nationality", data.Nationality?.ToWire());
            WriteText("email", data.Email?.Reveal());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        parts.Add(json.WrittenMemory[from..]);
        return new OutgoingBody(parts);

        void WriteText(string name, string? text)
        {
            if (text is not null)
                writer.WriteString(name, text);
        }

        void WriteImage(string name, UpgradeImage? image)
        {
            if (image is null)
                return;
            var (prefix, base64) = image.Base64.Reveal();
            writer.WriteStartObject(name);
            writer.WriteString("base64", prefix);
            writer.Flush();
            // Its place is before the quotation mark that was written last. What is written stays where it lies when the buffer grows.
            var at = json.WrittenCount - 1;
            parts.AddRange([json.WrittenMemory[from..at], base64]);
            from = at;
            writer.WriteBoolean("isEditable", image.IsEditable);
            writer.WriteEndObject();
        }
    }

    private static void RefuseWhatFinnetWould(UpgradeWidgetRequest request)
    {
        if (request.PhoneNo is null)
            throw new ArgumentException("phoneNo is missing.", nameof(request));
        // It stands in logs and in lists of files.
        if (request.PartnerReferenceNo is not { Length: >= 10 and <= 64 } reference || reference.AsSpan().ContainsAnyExcept(InReference))
            throw new ArgumentException(
                "partnerReferenceNo must be 10 to 64 letters, digits, dots, dashes or underscores.", nameof(request));
        if (request.RedirectFinalUrl is { } url && !IsRedirect(url))
            throw new ArgumentException(
                "redirectFinalUrl must be an absolute https URL (http on loopback only) or that of an app, percent-encoded, without "
                + "credentials.",
                nameof(request));
        var data = request.PersonalData;
        foreach (var text in (string?[])[data?.BiologicalMotherName?.Reveal(), data?.Email?.Reveal()])
        {
            if (text is "" || text?.Any(char.IsControl) is true)
                throw new ArgumentException(
                    "An optional text must be absent (null), or not empty and without control characters.", nameof(request));
            // Throws for a lone surrogate, which would arrive as another character.
            _ = StrictUtf8.GetByteCount(text ?? "");
        }

        if (!IsSendable(request.Images?.Ktp) || !IsSendable(request.Images?.Selfie))
            throw new ArgumentException("An image must be a data URI in Base64 with the prefix of its type.", nameof(request));
    }

    private static bool IsRedirect(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(InUrl) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0)
            return false;
        // The host that is judged must be the one that stands there: http://loopback is read as localhost.
        return url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp
            ? FinnetOptionsValidator.IsHttpsOrLoopback(url)
                && text.StartsWith($"{url.Scheme}://{url.Host}", StringComparison.OrdinalIgnoreCase)
            : !NoApp.Contains(url.Scheme);
    }

    // What passes here needs no escape in JSON. Size and content are checked by the caller, against its own limits.
    private static bool IsSendable(UpgradeImage? image) => image is null
        || image.Base64?.Inspect(long.MaxValue) is ImageProblem.None or ImageProblem.NotDeclaredType or ImageProblem.CutOff;
}

/// <summary>The bytes of one request: made once, then hashed, signed and sent as often as needed.</summary>
/// <param name="parts">JSON and images in turn; the images are sent from where they lie.</param>
internal sealed class OutgoingBody(IReadOnlyList<ReadOnlyMemory<byte>> parts)
{
    public long Length { get; } = parts.Sum(part => (long)part.Length);

    /// <summary>The hash of the whole, in lower-case hex.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
            hash.AppendData(part.Span);
        return SnapSigner.Hex(hash.GetHashAndReset());
    }

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var part in parts)
            await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>
/// The body of one attempt. It knows whether any part of it was given to a connection. If not, the request had no effect, whatever the
/// exception looks like.
/// </summary>
internal sealed class TrackedContent(OutgoingBody body) : HttpContent
{
    private volatile bool started;

    public bool Started => started;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        started = true;
        return body.WriteAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
