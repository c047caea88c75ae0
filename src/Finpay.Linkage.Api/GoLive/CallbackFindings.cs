using System.Net;
using Finpay.Linkage.Api.Callbacks;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>Who is believed about a KYC result.</summary>
internal static class CallbackFindings
{
    private static readonly IPNetwork[] PrivateNetworks =
        [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10" }.Select(IPNetwork.Parse)];

    public static IEnumerable<Finding> OnCallbacks(LiveSettings settings)
    {
        const string Check = "callbacks";
        var options = settings.Notifications;
        return Found().Or(settings.IsWrong("Notifications") ? [] : [Finding.Ok(Check, $"must pass {string.Join(" and ", options.Authentication.Distinct())}")]);

        IEnumerable<Finding> Found()
        {
            if (options.Authentication.Contains(CallbackAuthentication.None))
                yield return Finding.Failure(Check, "Notifications:Authentication is None: anybody who reaches the service can report a KYC result");
            if (options.PathTokens.Count > 0 && !options.Uses(CallbackAuthentication.PathToken))
                yield return Finding.Warning(Check, "Notifications:PathTokens are set, but PathToken is not in Notifications:Authentication: nobody asks for them");
            if (options.SourceAddresses.Count > 0 && !options.Uses(CallbackAuthentication.SourceAddress))
                yield return Finding.Warning(Check, "Notifications:SourceAddresses are set, but SourceAddress is not in Notifications:Authentication: nobody looks at them");
            if (!options.Uses(CallbackAuthentication.SourceAddress))
                yield break;
            foreach (var (key, network) in Networks("Notifications:SourceAddresses", options.SourceAddresses))
            {
                if (network.PrefixLength == 0)
                    yield return Finding.Failure(Check, $"{key} is everybody: name the networks that Finnet sends from");
                else if (Array.Exists(PrivateNetworks, one => one.Contains(network.BaseAddress)))
                    yield return Finding.Warning(Check, $"{key} is a private network. If it is your proxy's, everybody passes: name the proxy in ForwardedHeaders, and here Finnet's networks");
            }
        }
    }

    public static IEnumerable<Finding> OnProxies(LiveSettings settings)
    {
        const string Check = "proxies";
        var known = settings.Proxies.KnownProxies.Concat(settings.Proxies.KnownNetworks).ToList();
        return Networks("ForwardedHeaders:KnownNetworks", settings.Proxies.KnownNetworks)
            .Where(one => one.Network.PrefixLength == 0)
            .Select(one => Finding.Failure(Check, $"{one.Key} is everybody: any caller can claim any address and TLS"))
            .Or(settings.IsWrong("ForwardedHeaders") ? [] : [Finding.Ok(Check, known.Count == 0 ? "none is believed" : $"believed about callers: {string.Join(", ", known)}")]);
    }

    private static IEnumerable<(string Key, IPNetwork Network)> Networks(string list, IEnumerable<string> texts) => texts
        .Select((text, index) => (Key: $"{list}:{index}", Known: IPNetwork.TryParse(text, out var network), Network: network))
        .Where(one => one.Known).Select(one => (one.Key, one.Network));
}
