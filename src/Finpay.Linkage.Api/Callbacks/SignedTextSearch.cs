using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet;
using Finpay.Linkage.Finnet.Security;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Tries what may have been signed in place of what was received, the nearest first.</summary>
internal sealed class SignedTextSearch
{
    private const string AsReceived = "asReceived";

    private readonly SnapRecipe configured;
    private readonly List<(string Name, string Path)> paths;
    private readonly List<(string Name, string Timestamp)> timestamps;
    private readonly List<(string Name, string ClientId)> clientIds;
    private readonly byte[] body;

    public SignedTextSearch(
        CallbackSnapOptions snap, IReadOnlyList<Secret> tokens, string path, string query, IHeaderDictionary headers, IReadOnlyList<string> clientIdHeaders, byte[] body, string timestamp)
    {
        configured = snap.Recipe;
        this.body = body;
        paths = Distinct(Paths(snap.SignedPath, tokens, path, query, headers.Host.ToString()));
        timestamps = Distinct(Timestamps(timestamp));
        clientIds = Distinct(clientIdHeaders.Select(name => ("header " + name, headers[name].ToString())).Prepend((AsReceived, snap.ClientId)).Where(one => one.Item2.Length > 0));
    }

    /// <returns>Which recipe it was and how it differs from what is configured and was received; null when nothing fits.</returns>
    public (SnapRecipe Recipe, IReadOnlyList<SignatureDifference> Differences)? Find(ReadOnlySpan<byte> signed)
    {
        var hash = signed.ToArray();
        var byBody =
            from text in BodyVariants.Of(body)
            from path in paths
            from time in timestamps
            orderby Weight(text.Name) + Weight(path.Name) + Weight(time.Name)
            where Fits($"POST:{path.Path}:{text.Hash}:{time.Timestamp}")
            select (Body: text.Name, Path: path.Name, Time: time.Name);
        foreach (var found in byBody)
            return (SnapRecipe.BodyBound, Differences(SnapRecipe.BodyBound, ("path", found.Path), ("body", found.Body), ("timestamp", found.Time)));
        foreach (var (clientName, clientId) in clientIds)
        {
            foreach (var (timeName, timestamp) in timestamps)
            {
                if (Fits(SnapVerifier.StringToSign(SnapRecipe.ClientId, "", [], clientId, timestamp)))
                    return (SnapRecipe.ClientId, Differences(SnapRecipe.ClientId, ("clientId", clientName), ("timestamp", timeName)));
            }
        }

        return null;

        bool Fits(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan().SequenceEqual(hash);
    }

    private static int Weight(string name) => name == AsReceived ? 0 : 1;

    private static List<(string Name, string Value)> Distinct(IEnumerable<(string Name, string Value)> variants) => [.. variants.DistinctBy(one => one.Value, StringComparer.Ordinal)];

    private static IEnumerable<(string Name, string Value)> Paths(string signedPath, IReadOnlyList<Secret> tokens, string path, string query, string host)
    {
        const string service = CallbackReply.Prefix + "/kyc";
        yield return (AsReceived, signedPath.Length > 0 ? signedPath : path);
        yield return ("withoutSignedPath", path);
        yield return ("withQuery", path + query);
        var last = path.TrimEnd('/').LastIndexOf('/');
        if (path.StartsWith(service + "/", StringComparison.OrdinalIgnoreCase))
            yield return ("withoutToken", path[..last]);
        foreach (var token in tokens)
            yield return ("withToken", $"{path.TrimEnd('/')}/{token.Reveal()}");
        yield return (path.EndsWith('/') ? "withoutTrailingSlash" : "withTrailingSlash", path.EndsWith('/') ? path.TrimEnd('/') : path + "/");
        yield return ("decoded", Uri.UnescapeDataString(path));
        yield return ("lowerCase", path.ToLowerInvariant());
        yield return ("servicePath", service);
        yield return ("withoutFirstSegment", path.IndexOf('/', Math.Min(1, path.Length)) is var second and > 0 ? path[second..] : "/");
        if (host.Length > 0)
        {
            yield return ("wholeUrl", $"https://{host}{path}");
            yield return ("hostAndPath", host + path);
        }

        yield return ("empty", "");
    }

    private static IEnumerable<(string Name, string Value)> Timestamps(string timestamp)
    {
        yield return (AsReceived, timestamp);
        // The last hours of the year 9999 have no time in WIB.
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || time > DateTimeOffset.MaxValue.AddDays(-1))
            yield break;
        var wib = time.ToOffset(TimeSpan.FromHours(7));
        var utc = time.ToUniversalTime();
        foreach (var (name, format, of) in new[]
        {
            ("inWib", "yyyy-MM-ddTHH:mm:sszzz", wib),
            ("inUtc", "yyyy-MM-ddTHH:mm:ss'Z'", utc),
            ("inUtcWithOffset", "yyyy-MM-ddTHH:mm:sszzz", utc),
            ("withMilliseconds", "yyyy-MM-ddTHH:mm:ss.fffzzz", wib),
            ("inUtcWithMilliseconds", "yyyy-MM-ddTHH:mm:ss.fff'Z'", utc),
            ("withoutOffset", "yyyy-MM-ddTHH:mm:ss", wib),
            ("withSpace", "yyyy-MM-dd HH:mm:ss", wib),
        })
        {
            yield return (name, of.ToString(format, CultureInfo.InvariantCulture));
        }
    }

    private static string Advice(string part) => part switch
    {
        "recipe" => "Finnet signs with the other recipe: set Notifications:Snap:Recipe to it, after reading what it binds.",
        "clientId" => "Set Notifications:Snap:ClientId to what that header holds.",
        "path" => "Finnet signs another path than the one received: set Notifications:Snap:SignedPath to it, or change the URL that is registered with Finnet.",
        "body" => "The body that was signed is written differently: find what rewrites it on its way (a proxy, a firewall, or the tool that captured it), or ask Finnet to sign the bytes that it sends.",
        _ => "X-TIMESTAMP was signed in another form than it is sent: ask Finnet to sign the header's value.",
    };

    private List<SignatureDifference> Differences(SnapRecipe recipe, params ReadOnlySpan<(string Part, string Name)> parts)
    {
        var differences = new List<SignatureDifference>();
        if (recipe != configured)
            differences.Add(new SignatureDifference("recipe", recipe.ToString(), Advice("recipe")));
        foreach (var (part, name) in parts)
        {
            if (name != AsReceived)
                differences.Add(new SignatureDifference(part, name, Advice(part)));
        }

        return differences;
    }
}
