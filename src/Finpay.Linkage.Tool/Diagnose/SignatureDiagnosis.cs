using System.Security.Cryptography;
using Finpay.Linkage.Api.Callbacks;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>
/// Finds out why a signature does not match. The public key turns the signature back into the hash that was signed, so every text that may
/// have been signed is tried by hashing.
/// </summary>
internal static class SignatureDiagnosis
{
    // DigestInfo of SHA-256 (RFC 8017, 9.2).
    private static readonly byte[] Sha256Name = Convert.FromHexString("3031300d060960864801650304020105000420");

    public static Diagnosis Diagnose(NotificationOptions options, CapturedCallback callback, DateTimeOffset now)
    {
        var snap = options.Snap;
        if (snap.PublicKeyPath.Length == 0)
            return Only("key", "notConfigured", "Set Notifications:Snap:PublicKeyPath to Finnet's public key.");
        if (callback.Headers[CallbackSignature.SignatureHeader] is not [{ Length: > 0 } text])
            return Only("headers", "signatureMissing", "There is not one X-SIGNATURE: Finnet does not sign, or a proxy interfered.");
        if (callback.Headers[CallbackSignature.TimestampHeader] is not [{ Length: > 0 } timestamp])
            return Only("headers", "timestampMissing", "There is not one X-TIMESTAMP: Finnet does not send it, or a proxy interfered.");
        var time = SnapVerifier.CheckTime(timestamp, now, snap.ClockSkew, snap.MaxAge);
        if (CallbackSignature.Decode(text) is not { } signature)
            return Only("signature", "notBase64", "X-SIGNATURE is no Base64: is it cut off, hex, or encoded twice?") with { Time = time };

        var configured = new CallbackSignature(snap);
        var signers = configured.Keys.Select((key, index) => (Name: index == 0 ? "current" : "previous", Signed: key.Open(signature)));
        var (keyName, signed) = signers.FirstOrDefault(signer => signer.Signed is not null);
        if (signed is null)
            return Only("key", "unknownKey", KeyAdvice(signature.Length, configured)) with { Time = time };
        var (path, query) = Split(callback.Target);
        var stale = false;
        var diagnosis = new Diagnosis
        {
            Passes = configured.Check(path, callback.Headers, callback.Body, now, ref stale) == CheckReason.None,
            Key = keyName,
            Time = time,
        };
        if (!signed.AsSpan().StartsWith(Sha256Name))
            return diagnosis with { Differences = [new("signature", "anotherHash", "Finnet's key made it, but not with SHA-256.")] };

        var search = new SignedTextSearch(options, callback, path, query, timestamp);
        if (search.Find(signed[Sha256Name.Length..]) is not (var recipe, var differences))
        {
            const string Advice = "Finnet's key made it, over another text: was the body changed, or does Finnet sign another path?";
            return diagnosis with { Differences = [new("text", "unknown", Advice)] };
        }

        if (time == SnapTimeliness.Unreadable)
            differences.Add(new("time", "unreadable", "X-TIMESTAMP is no ISO 8601 time."));
        else if (time == SnapTimeliness.Outside || (time == SnapTimeliness.Stale && snap.Recipe == SnapRecipe.ClientId))
            differences.Add(new("time", "outside", "X-TIMESTAMP is far from the time of receipt: check the clocks or --received-at."));
        return diagnosis with { Recipe = recipe, Differences = differences };
    }

    private static Diagnosis Only(string part, string found, string advice) => new() { Differences = [new(part, found, advice)] };

    private static string KeyAdvice(int length, CallbackSignature configured)
    {
        if (configured.Keys.Any(key => key.SignatureBytes == length))
            return "No configured key made it: has Finnet a new key, is it the other environment's, or does Finnet sign with PSS?";
        return length == HMACSHA512.HashSizeInBytes
            ? "It has 64 bytes: HMAC-SHA512, which is symmetric. Ask Finnet for the asymmetric signature."
            : $"It has {length} bytes, the configured key makes {configured.Keys[0].SignatureBytes}: it is another key's, or cut off.";
    }

    private static (string Path, string Query) Split(string target)
    {
        if (target is not ['/', ..] && Uri.TryCreate(target, UriKind.Absolute, out var url))
            target = url.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? (target, "") : (target[..query], target[query..]);
    }
}
