namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Checks X-SIGNATURE of a callback with the keys and limits of the settings.</summary>
internal sealed class CallbackSignature(CallbackSnapOptions options)
{
    private readonly SnapVerificationOptions verification = new()
    {
        PublicKeys = [.. new[] { options.PublicKeyPath, options.PreviousPublicKeyPath }.Where(path => path.Length > 0)
            .Select(SnapPublicKey.FromFile)],
        Recipe = options.Recipe,
        ClientId = options.ClientId,
        SignedPath = options.SignedPath.Length > 0 ? options.SignedPath : null,
        ClockSkew = options.ClockSkew,
        MaxAge = options.MaxAge,
    };

    /// <summary>The current key first.</summary>
    public IReadOnlyList<SnapPublicKey> Keys => verification.PublicKeys;

    /// <summary>Without a body it checks only what needs none. Stale is set when it passes with a time outside the clock skew.</summary>
    public CheckReason Check(string path, IHeaderDictionary headers, byte[]? body, DateTimeOffset now, ref bool stale)
    {
        var result = SnapVerifier.Examine(headers, path, body, verification, now, headersOnly: body is null, out var isStale);
        stale |= isStale;
        return result switch
        {
            SnapVerification.Valid => CheckReason.None,
            SnapVerification.SignatureMissing => CheckReason.SignatureMissing,
            SnapVerification.SignatureTwice => CheckReason.SignatureTwice,
            SnapVerification.SignatureNotBase64 => CheckReason.SignatureNotBase64,
            SnapVerification.TimestampMissing => CheckReason.TimestampMissing,
            SnapVerification.TimestampTwice => CheckReason.TimestampTwice,
            SnapVerification.TimestampUnreadable => CheckReason.TimestampUnreadable,
            SnapVerification.TimestampOutside => CheckReason.TimestampOutside,
            _ => CheckReason.SignatureWrong,
        };
    }
}
