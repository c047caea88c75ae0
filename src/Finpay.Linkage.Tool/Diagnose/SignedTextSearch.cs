using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Callbacks;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>Tries what may have been signed in place of what was received: each path with each body and each time.</summary>
internal static class SignedTextSearch
{
    private const string AsReceived = "asReceived";
    private static readonly string[] ClientIdHeaders = ["X-CLIENT-KEY", "X-PARTNER-ID", "X-CLIENT-ID"];

    /// <returns>The recipe, and which parts differ from the settings and the request, and how; null when nothing fits.</returns>
    public static (SnapRecipe Recipe, IEnumerable<(string Part, string Found)> Differences)? Find(
        NotificationOptions options, CapturedCallback callback, string timestamp, byte[] hash)
    {
        var times = Distinct([(AsReceived, timestamp), .. Timestamps(timestamp)]);
        var rewritten = BodyVariants.Of(callback.Body).Select(one => (one.Name, Hash(Encoding.UTF8.GetBytes(one.Text))));
        var bodies = Distinct([(AsReceived, Hash(callback.Body)), .. rewritten]);
        var bodyBound =
            from body in bodies
            from path in Distinct(Paths(options, callback))
            from time in times
            where Fits($"POST:{path.Value}:{body.Value}:{time.Value}")
            select Found(SnapRecipe.BodyBound, ("path", path.Name), ("body", body.Name), ("timestamp", time.Name));
        var clientId =
            from id in Distinct(ClientIds(options, callback))
            from time in times
            where Fits(SnapVerifier.StringToSign(SnapRecipe.ClientId, "", [], id.Value, time.Value))
            select Found(SnapRecipe.ClientId, ("clientId", id.Name), ("timestamp", time.Name));
        return bodyBound.Concat(clientId).FirstOrDefault();

        bool Fits(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan().SequenceEqual(hash);

        (SnapRecipe, IEnumerable<(string, string)>)? Found(SnapRecipe recipe, params (string Part, string Name)[] parts) =>
            (recipe, parts.Prepend(("recipe", recipe == options.Snap.Recipe ? AsReceived : $"{recipe}"))
                .Where(one => one.Item2 != AsReceived));
    }

    private static List<(string Name, string Value)> Distinct(IEnumerable<(string Name, string Value)> variants) =>
        [.. variants.DistinctBy(one => one.Value, StringComparer.Ordinal)];

    private static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static IEnumerable<(string Name, string Value)> Paths(NotificationOptions options, CapturedCallback callback)
    {
        const string Service = CallbackReply.Prefix + "/kyc";
        var path = callback.Path;
        var trimmed = path.TrimEnd('/');
        return
        [
            (AsReceived, options.Snap.SignedPath.Length > 0 ? options.Snap.SignedPath : path),
            ("withoutSignedPath", path),
            ("withQuery", path + callback.Query),
            ("withoutToken", path.StartsWith(Service + "/", StringComparison.OrdinalIgnoreCase) ? path[..trimmed.LastIndexOf('/')] : path),
            .. options.PathTokens.Select(token => ("withToken", $"{trimmed}/{token.Reveal()}")),
            path.EndsWith('/') ? ("withoutTrailingSlash", trimmed) : ("withTrailingSlash", path + "/"),
            ("decoded", Uri.UnescapeDataString(path)),
            ("lowerCase", path.ToLowerInvariant()),
            ("servicePath", Service),
            ("withoutFirstSegment", path.IndexOf('/', Math.Min(1, path.Length)) is var second and > 0 ? path[second..] : "/"),
            ("wholeUrl", $"https://{callback.Headers.Host}{path}"),
        ];
    }

    private static IEnumerable<(string Name, string Value)> ClientIds(NotificationOptions options, CapturedCallback callback) =>
        ClientIdHeaders
            .Select(name => (Name: "header " + name, Value: callback.Headers[name].ToString()))
            .Prepend((Name: AsReceived, Value: options.Snap.ClientId))
            .Where(one => one.Value.Length > 0);

    private static IEnumerable<(string Name, string Value)> Timestamps(string timestamp)
    {
        // The last hours of the year 9999 have no time in WIB.
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || time > DateTimeOffset.MaxValue.AddDays(-1))
            return [];
        var wib = time.ToOffset(TimeSpan.FromHours(7));
        (string Name, DateTimeOffset Time, string Format)[] forms =
        [
            ("inWib", wib, "yyyy-MM-ddTHH:mm:sszzz"),
            ("inUtc", time.ToUniversalTime(), "yyyy-MM-ddTHH:mm:ss'Z'"),
            ("inUtcWithOffset", time.ToUniversalTime(), "yyyy-MM-ddTHH:mm:sszzz"),
            ("withMilliseconds", wib, "yyyy-MM-ddTHH:mm:ss.fffzzz"),
            ("inUtcWithMilliseconds", time.ToUniversalTime(), "yyyy-MM-ddTHH:mm:ss.fff'Z'"),
            ("withoutOffset", wib, "yyyy-MM-ddTHH:mm:ss"),
            ("withSpace", wib, "yyyy-MM-dd HH:mm:ss"),
        ];
        return forms.Select(form => (form.Name, form.Time.ToString(form.Format, CultureInfo.InvariantCulture)));
    }
}
