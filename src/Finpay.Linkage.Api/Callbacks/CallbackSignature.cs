using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Checks X-SIGNATURE of a callback over the bytes that were received, or over their minified form.</summary>
internal sealed class CallbackSignature(CallbackSnapOptions options)
{
    public const string SignatureHeader = "X-SIGNATURE";
    public const string TimestampHeader = "X-TIMESTAMP";

    // Signatures of the longest RSA keys in use (16384 bits) have 2,732 characters.
    private const int MaxSignatureLength = 4096;

    /// <summary>The current key first.</summary>
    public IReadOnlyList<SnapPublicKey> Keys { get; } =
        [.. new[] { options.PublicKeyPath, options.PreviousPublicKeyPath }.Where(path => path.Length > 0).Select(Load)];

    /// <summary>Without a body it checks only what needs none. Stale is set when it passes with a time outside the clock skew.</summary>
    public CheckReason Check(string path, IHeaderDictionary headers, byte[]? body, DateTimeOffset now, ref bool stale)
    {
        // With two values, another reader could take the other one.
        if (Single(headers[SignatureHeader]) is not { } text)
            return headers[SignatureHeader].Count > 1 ? CheckReason.SignatureTwice : CheckReason.SignatureMissing;
        if (Single(headers[TimestampHeader]) is not { } timestamp)
            return headers[TimestampHeader].Count > 1 ? CheckReason.TimestampTwice : CheckReason.TimestampMissing;
        if (Decode(text) is not { } signature)
            return CheckReason.SignatureNotBase64;
        var timeliness = SnapVerifier.CheckTime(timestamp, now, options.ClockSkew, options.MaxAge);
        if (timeliness == SnapTimeliness.Unreadable)
            return CheckReason.TimestampUnreadable;
        // The signature binds the body, so what arrives late is harmless: content that was applied is not applied again.
        if (timeliness != SnapTimeliness.Fresh && !(timeliness == SnapTimeliness.Stale && options.Recipe == SnapRecipe.BodyBound))
            return CheckReason.TimestampOutside;
        if (body is null)
            return CheckReason.None;
        if (!Verifies(path, body, timestamp, signature))
            return CheckReason.SignatureWrong;
        stale |= timeliness == SnapTimeliness.Stale;
        return CheckReason.None;
    }

    /// <summary>The bytes of a signature; null when it is not Base64.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length > MaxSignatureLength)
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private bool Verifies(string path, byte[] body, string timestamp, byte[] signature)
    {
        if (options.SignedPath.Length > 0)
            path = options.SignedPath;
        return Signs(body)
            || (options.Recipe == SnapRecipe.BodyBound && SnapVerifier.Minify(body) is { } minified && minified.Length < body.Length
                && Signs(minified));

        bool Signs(byte[] signed)
        {
            var text = SnapVerifier.StringToSign(options.Recipe, path, signed, options.ClientId, timestamp);
            return Keys.Any(key => key.Verifies(text, signature));
        }
    }

    private static string? Single(StringValues values) => values.Count == 1 && values[0] is { Length: > 0 } value ? value : null;

    private static SnapPublicKey Load(string path) =>
        SnapPublicKey.TryLoad(path, out var key, out var problem) ? key : throw new InvalidOperationException($"A key file {problem}.");
}
