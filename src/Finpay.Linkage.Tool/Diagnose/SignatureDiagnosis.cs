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

    /// <returns>Whether the signature passes, and lines that say what was found, without body, token or key.</returns>
    public static (bool Passes, List<string> Lines) Diagnose(NotificationOptions options, CapturedCallback callback, DateTimeOffset now)
    {
        var snap = options.Snap;
        var lines = new List<string>();
        if (snap.PublicKeyPath.Length == 0)
            return Fails("key notConfigured", "Set Notifications:Snap:PublicKeyPath to Finnet's public key.");
        if (callback.Headers[SnapVerifier.SignatureHeader].Count > 1)
            return Fails("headers signatureTwice", "There are two X-SIGNATURE: a proxy adds one, or the sender signs twice.");
        if (callback.Headers[SnapVerifier.SignatureHeader] is not [{ Length: > 0 } text])
            return Fails("headers signatureMissing", "There is no X-SIGNATURE: Finnet does not sign, or a proxy interfered.");
        if (callback.Headers[SnapVerifier.TimestampHeader] is not [{ Length: > 0 } timestamp])
            return Fails("headers timestampMissing", "There is not one X-TIMESTAMP: Finnet does not send it, or a proxy interfered.");
        var time = SnapVerifier.CheckTime(timestamp, now, snap.ClockSkew, snap.MaxAge);
        lines.Add($"time: {time}");
        if (SnapVerifier.Decode(text) is not { } signature)
            return Fails("signature notBase64", "X-SIGNATURE is no Base64: is it cut off, hex, or encoded twice?");

        var configured = new CallbackSignature(snap);
        var opened = configured.Keys.Select(key => key.Open(signature)).ToList();
        var signer = opened.FindIndex(content => content is not null);
        if (signer < 0)
            return Fails("key unknownKey", KeyAdvice(signature.Length, configured.Keys));
        lines.Add($"key: {(signer == 0 ? "current" : "previous")}");
        var signed = opened[signer]!;
        if (!signed.AsSpan().StartsWith(Sha256Name))
            return Fails("signature anotherHash", "Finnet's key made it, but not with SHA-256.");

        if (SignedTextSearch.Find(options, callback, timestamp, signed[Sha256Name.Length..]) is not (var recipe, var differences))
            return Fails(
                "text unknown", "Finnet's key made it, over another text: was the body changed, or does Finnet sign another path?");
        lines.Add($"recipe: {recipe}");
        lines.AddRange(differences.Select(one => Problem($"{one.Part} {one.Found}", Advice(one.Part))));
        if (time == SnapTimeliness.Unreadable)
            lines.Add(Problem("time unreadable", "X-TIMESTAMP is no ISO 8601 time."));
        else if (time == SnapTimeliness.Outside || (time == SnapTimeliness.Stale && snap.Recipe == SnapRecipe.ClientId))
            lines.Add(Problem("time outside", "X-TIMESTAMP is far from the time of receipt: check the clocks or --received-at."));
        var stale = false;
        return (configured.Check(callback.Path, callback.Headers, callback.Body, now, ref stale) == CheckReason.None, lines);

        (bool, List<string>) Fails(string problem, string advice) => (false, [.. lines, Problem(problem, advice)]);
    }

    private static string Problem(string problem, string advice) => $"problem: {problem}. {advice}";

    private static string Advice(string part) => part switch
    {
        "recipe" => "Finnet signs with the other recipe: read what it protects, then set Notifications:Snap:Recipe.",
        "clientId" => "Set Notifications:Snap:ClientId to the value of that header.",
        "path" => "Finnet signs another path than the one received: set Notifications:Snap:SignedPath, or have Finnet call that one.",
        "body" => "The body was written differently when it was signed: find what rewrites it (a proxy, the capturing tool).",
        _ => "X-TIMESTAMP was signed in another form than it was sent: ask Finnet to sign the value of the header.",
    };

    private static string KeyAdvice(int length, IReadOnlyList<SnapPublicKey> keys)
    {
        if (keys.Any(key => key.SignatureBytes == length))
            return "No configured key made it: has Finnet a new key, is it the other environment's, or does Finnet sign with PSS?";
        return length == HMACSHA512.HashSizeInBytes
            ? "It has 64 bytes: HMAC-SHA512, which is symmetric. Ask Finnet for the asymmetric signature."
            : $"It has {length} bytes, the configured key makes {keys[0].SignatureBytes}: it is another key's, or cut off.";
    }
}
