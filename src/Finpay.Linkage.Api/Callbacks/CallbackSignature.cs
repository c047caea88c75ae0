using Finpay.Linkage.Finnet.Security;
using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Checks X-SIGNATURE of a callback over the bytes that were received.</summary>
internal sealed class CallbackSignature
{
    public const string SignatureHeader = "X-SIGNATURE";
    public const string TimestampHeader = "X-TIMESTAMP";

    // The longest key that anybody uses has 16384 bits.
    private const int MaxSignatureLength = 4096;

    private readonly CallbackSnapOptions options;

    /// <param name="options">Validated settings.</param>
    public CallbackSignature(CallbackSnapOptions options)
    {
        this.options = options;
        Keys = [.. new[] { options.PublicKeyPath, options.PreviousPublicKeyPath }.Where(path => path.Length > 0).Select(Load)];
    }

    /// <summary>The current one first.</summary>
    public IReadOnlyList<SnapPublicKey> Keys { get; }

    /// <summary>What can be known before the body is read.</summary>
    /// <returns>Why it does not pass; null when the body decides.</returns>
    public string? FailsBeforeBody(IHeaderDictionary headers, DateTimeOffset now) => Read(headers, now).Failure;

    /// <returns>Why it does not pass, or null; and whether it passed with a time outside the clock skew.</returns>
    public (string? Failure, bool Stale) Check(string path, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (signature, timestamp, stale, failure) = Read(headers, now);
        if (failure is not null)
            return (failure, false);
        var signed = SnapVerifier.StringToSign(options.Recipe, options.SignedPath.Length > 0 ? options.SignedPath : path, body, options.ClientId, timestamp);
        return Keys.Any(key => key.Verifies(signed, signature)) ? (null, stale) : ("signatureWrong", false);
    }

    private (byte[] Signature, string Timestamp, bool Stale, string? Failure) Read(IHeaderDictionary headers, DateTimeOffset now)
    {
        // Sent twice, each reader could take another one for the right one.
        if (Single(headers[SignatureHeader]) is not { } text)
            return Fail(headers[SignatureHeader].Count > 1 ? "signatureTwice" : "signatureMissing");
        if (Single(headers[TimestampHeader]) is not { } timestamp)
            return Fail(headers[TimestampHeader].Count > 1 ? "timestampTwice" : "timestampMissing");
        if (Decode(text) is not { } signature)
            return Fail("signatureNotBase64");
        var timeliness = SnapVerifier.CheckTime(timestamp, now, options.ClockSkew, options.MaxAge);
        return timeliness switch
        {
            SnapTimeliness.Fresh => (signature, timestamp, false, null),
            SnapTimeliness.Stale when options.Recipe == SnapRecipe.BodyBound => (signature, timestamp, true, null),
            SnapTimeliness.Unreadable => Fail("timestampUnreadable"),
            _ => Fail("timestampOutside"),
        };

        static (byte[], string, bool, string?) Fail(string why) => ([], "", false, why);
    }

    /// <summary>The bytes of a signature; null when it is no Base64.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length > MaxSignatureLength)
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static string? Single(StringValues values) => values.Count == 1 && values[0] is { Length: > 0 } value ? value : null;

    private static SnapPublicKey Load(string path) =>
        SnapPublicKey.TryLoad(path, out var key, out var problem) ? key : throw new InvalidOperationException($"A key file {problem}.");
}
