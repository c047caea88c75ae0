using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Callbacks;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>Tries what may have been signed in place of what was received, with few differences first.</summary>
internal sealed class SignedTextSearch(NotificationOptions options, CapturedCallback callback, string path, string query, string timestamp)
{
    private const string AsReceived = "asReceived";
    private static readonly string[] ClientIdHeaders = ["X-CLIENT-KEY", "X-PARTNER-ID", "X-CLIENT-ID"];

    /// <param name="hash">SHA-256 of the text that was signed.</param>
    /// <returns>The recipe, and what differs from the settings and the request; null when nothing fits.</returns>
    public (SnapRecipe Recipe, List<Difference> Differences)? Find(byte[] hash)
    {
        var (paths, timestamps) = (Distinct(Paths()), Distinct(Timestamps()));
        var bodyBound =
            from body in BodyVariants.Of(callback.Body)
            from path in paths
            from time in timestamps
            orderby new[] { body.Name, path.Name, time.Name }.Count(name => name != AsReceived)
            where Fits($"POST:{path.Value}:{body.Hash}:{time.Value}")
            select Differences(SnapRecipe.BodyBound, ("path", path.Name), ("body", body.Name), ("timestamp", time.Name));
        if (bodyBound.FirstOrDefault() is { } differences)
            return (SnapRecipe.BodyBound, differences);
        var clientId =
            from id in Distinct(ClientIds())
            from time in timestamps
            where Fits(SnapVerifier.StringToSign(SnapRecipe.ClientId, "", [], id.Value, time.Value))
            select Differences(SnapRecipe.ClientId, ("clientId", id.Name), ("timestamp", time.Name));
        return clientId.FirstOrDefault() is { } found ? (SnapRecipe.ClientId, found) : null;

        bool Fits(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan().SequenceEqual(hash);
    }

    private static List<(string Name, string Value)> Distinct(IEnumerable<(string Name, string Value)> variants) =>
        [.. variants.DistinctBy(one => one.Value, StringComparer.Ordinal)];

    private IEnumerable<(string Name, string Value)> ClientIds() => ClientIdHeaders
        .Select(name => ("header " + name, callback.Headers[name].ToString()))
        .Prepend((AsReceived, options.Snap.ClientId))
        .Where(one => one.Item2.Length > 0);

    private IEnumerable<(string Name, string Value)> Paths()
    {
        const string Service = CallbackReply.Prefix + "/kyc";
        var trimmed = path.TrimEnd('/');
        yield return (AsReceived, options.Snap.SignedPath.Length > 0 ? options.Snap.SignedPath : path);
        yield return ("withoutSignedPath", path);
        yield return ("withQuery", path + query);
        if (path.StartsWith(Service + "/", StringComparison.OrdinalIgnoreCase))
            yield return ("withoutToken", path[..trimmed.LastIndexOf('/')]);
        foreach (var token in options.PathTokens)
            yield return ("withToken", $"{trimmed}/{token.Reveal()}");
        yield return path.EndsWith('/') ? ("withoutTrailingSlash", trimmed) : ("withTrailingSlash", path + "/");
        yield return ("decoded", Uri.UnescapeDataString(path));
        yield return ("lowerCase", path.ToLowerInvariant());
        yield return ("servicePath", Service);
        yield return ("withoutFirstSegment", path.IndexOf('/', Math.Min(1, path.Length)) is var second and > 0 ? path[second..] : "/");
        if (callback.Headers.Host.ToString() is { Length: > 0 } host)
        {
            yield return ("wholeUrl", $"https://{host}{path}");
            yield return ("hostAndPath", host + path);
        }

        yield return ("empty", "");
    }

    private IEnumerable<(string Name, string Value)> Timestamps()
    {
        yield return (AsReceived, timestamp);
        // The last hours of the year 9999 have no time in WIB.
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || time > DateTimeOffset.MaxValue.AddDays(-1))
            yield break;
        var (wib, utc) = (time.ToOffset(TimeSpan.FromHours(7)), time.ToUniversalTime());
        yield return ("inWib", Write(wib, "yyyy-MM-ddTHH:mm:sszzz"));
        yield return ("inUtc", Write(utc, "yyyy-MM-ddTHH:mm:ss'Z'"));
        yield return ("inUtcWithOffset", Write(utc, "yyyy-MM-ddTHH:mm:sszzz"));
        yield return ("withMilliseconds", Write(wib, "yyyy-MM-ddTHH:mm:ss.fffzzz"));
        yield return ("inUtcWithMilliseconds", Write(utc, "yyyy-MM-ddTHH:mm:ss.fff'Z'"));
        yield return ("withoutOffset", Write(wib, "yyyy-MM-ddTHH:mm:ss"));
        yield return ("withSpace", Write(wib, "yyyy-MM-dd HH:mm:ss"));

        static string Write(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }

    private List<Difference> Differences(SnapRecipe recipe, params (string Part, string Name)[] parts)
    {
        var differences = parts.Where(one => one.Name != AsReceived).Select(one => new Difference(one.Part, one.Name, Advice(one.Part)));
        if (recipe != options.Snap.Recipe)
            differences = differences.Prepend(new Difference("recipe", recipe.ToString(), Advice("recipe")));
        return [.. differences];
    }

    private static string Advice(string part) => part switch
    {
        "recipe" => "Finnet signs with the other recipe: read what it protects, then set Notifications:Snap:Recipe.",
        "clientId" => "Set Notifications:Snap:ClientId to the value of that header.",
        "path" => "Finnet signs another path than the one received: set Notifications:Snap:SignedPath, or have Finnet call that one.",
        "body" => "The body was written differently when it was signed: find what rewrites it (a proxy, the capturing tool).",
        _ => "X-TIMESTAMP was signed in another form than it was sent: ask Finnet to sign the value of the header.",
    };
}
