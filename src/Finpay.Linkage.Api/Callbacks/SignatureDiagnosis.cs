using System.Globalization;
using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Security;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>
/// Finds out why a signature does not match. With the public key the hash that was signed can be read out of the signature, so every text that may have been
/// signed is tried by hashing alone.
/// </summary>
internal sealed class SignatureDiagnosis(IOptions<NotificationOptions> options, TimeProvider clock)
{
    private static readonly string[] ClientIdHeaders = ["X-CLIENT-KEY", "X-PARTNER-ID", "X-CLIENT-ID"];

    // DigestInfo of SHA-256 (RFC 8017, 9.2).
    private static readonly byte[] Sha256Name = Convert.FromHexString("3031300d060960864801650304020105000420");

    public DiagnosisView Diagnose(string target, IReadOnlyDictionary<string, string?> given, byte[] body, DateTimeOffset? receivedAt)
    {
        var snap = options.Value.Snap;
        if (snap.PublicKeyPath.Length == 0)
            return Nothing("key", "notConfigured", "Set Notifications:Snap:PublicKeyPath to Finnet's public key first; Notifications:Observe lets it refuse nothing.");
        var headers = new HeaderDictionary();
        foreach (var (name, value) in given)
            headers[name] = value?.Trim();
        if (headers[CallbackSignature.SignatureHeader] is not [{ Length: > 0 } text])
            return Nothing("headers", "signatureMissing", "There is no X-SIGNATURE: Finnet does not sign, or a proxy takes it away.");
        if (headers[CallbackSignature.TimestampHeader] is not [{ Length: > 0 } timestamp])
            return Nothing("headers", "timestampMissing", "There is no X-TIMESTAMP: Finnet does not send it, or a proxy takes it away.");

        var now = receivedAt ?? clock.GetUtcNow();
        var timeliness = SnapVerifier.CheckTime(timestamp, now, snap.ClockSkew, snap.MaxAge);
        var time = timeliness.ToString().ToLowerInvariant();
        if (CallbackSignature.Decode(text) is not { } signature)
            return Nothing("signature", "notBase64", "X-SIGNATURE is no Base64: cut off, hex, or encoded once more?") with { Time = time };

        var configured = new CallbackSignature(snap);
        var (path, query) = Split(target);
        var passes = configured.Check(path, headers, body, now).Failure is null;
        var opened = configured.Keys.Select((key, index) => (Key: index == 0 ? "current" : "previous", Signed: key.Open(signature))).FirstOrDefault(one => one.Signed is not null);
        if (opened.Signed is null)
            return Nothing("key", "unknownKey", KeyAdvice(signature.Length, configured)) with { Time = time };
        var view = new DiagnosisView { Passes = passes, Key = opened.Key, Time = time, Differences = [] };
        if (!opened.Signed.AsSpan().StartsWith(Sha256Name))
            return view with { Differences = [new SignatureDifference("signature", "anotherHash", "It is Finnet's key, but not SHA-256: ask Finnet for SHA256withRSA.")] };

        var search = new SignedTextSearch(snap, [.. options.Value.PathTokens], path, query, headers, ClientIdHeaders, body, timestamp);
        if (search.Find(opened.Signed.AsSpan(Sha256Name.Length)) is not (var recipe, var differences))
        {
            return view with
            {
                Differences = [new SignatureDifference("text", "unknown", "It is Finnet's key over a text that is none of those tried: was the body changed on its way, or does Finnet sign another path?")],
            };
        }

        var all = new List<SignatureDifference>(differences);
        if (timeliness is SnapTimeliness.Unreadable)
            all.Add(new SignatureDifference("time", "unreadable", "X-TIMESTAMP is no ISO 8601 time."));
        else if (timeliness is SnapTimeliness.Outside || (timeliness is SnapTimeliness.Stale && snap.Recipe == SnapRecipe.ClientId))
            all.Add(new SignatureDifference("time", time, "X-TIMESTAMP is too far from the time of receipt: look at the clocks, or give receivedAt for one captured earlier."));
        return view with { Recipe = recipe.ToString(), Differences = all };
    }

    private static DiagnosisView Nothing(string part, string found, string advice) => new() { Passes = false, Differences = [new SignatureDifference(part, found, advice)] };

    private static string KeyAdvice(int length, CallbackSignature configured)
    {
        const string other = "No configured key made it: has Finnet changed its key, is it the key of the other environment, or does Finnet sign with PSS?";
        if (configured.Keys.Any(key => key.SignatureBytes == length))
            return other;
        return length == HMACSHA512.HashSizeInBytes
            ? "It has 64 bytes: HMAC-SHA512, which is symmetric, not RSA. Ask Finnet for the asymmetric signature."
            : string.Create(CultureInfo.InvariantCulture, $"It has {length} bytes, signatures of the configured key have {configured.Keys[0].SignatureBytes}: another key, or cut off.");
    }

    private static (string Path, string Query) Split(string target)
    {
        if (target is not ['/', ..] && Uri.TryCreate(target, UriKind.Absolute, out var url))
            target = url.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        var at = target.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? (target, "") : (target[..at], target[at..]);
    }
}
