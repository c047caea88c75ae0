using System.Net;
using Finpay.Linkage.Api.Callbacks;

namespace Finpay.Linkage.Tool.Check;

/// <summary>Who may report a KYC result, and whose word about the caller's address counts.</summary>
internal static class CallbackChecks
{
    private static readonly IPNetwork[] PrivateNetworks =
    [
        .. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10" }
            .Select(IPNetwork.Parse),
    ];

    public static void Callbacks(LiveSettings settings, Report report)
    {
        const string Check = "callbacks";
        var options = settings.Notifications;
        var usesAddress = options.Uses(CallbackAuthentication.SourceAddress);
        if (options.Authentication.Contains(CallbackAuthentication.None))
            report.Fail(Check, "Notifications:Authentication is None: anybody who reaches the service can report a KYC result");
        if (options.PathTokens.Count > 0 && !options.Uses(CallbackAuthentication.PathToken))
            report.Warn(Check, "Notifications:PathTokens are not used: PathToken is not in Notifications:Authentication");
        if (options.SourceAddresses.Count > 0 && !usesAddress)
            report.Warn(Check, "Notifications:SourceAddresses are not used: SourceAddress is not in Notifications:Authentication");
        foreach (var (key, network) in usesAddress ? Networks("Notifications:SourceAddresses", options.SourceAddresses) : [])
        {
            if (network.PrefixLength == 0)
                report.Fail(Check, $"{key} allows every address: name the networks that Finnet sends from");
            else if (Array.Exists(PrivateNetworks, one => one.Contains(network.BaseAddress)))
                report.Warn(Check, $"{key} is a private network: if it is your proxy's, every caller passes. See ForwardedHeaders");
        }

        if (!settings.IsWrong("Notifications"))
            report.OkIfNothingFound(Check, $"must pass {string.Join(" and ", options.Authentication.Distinct())}");
    }

    public static void Proxies(LiveSettings settings, Report report)
    {
        const string Check = "proxies";
        foreach (var (key, network) in Networks("ForwardedHeaders:KnownNetworks", settings.Proxies.KnownNetworks))
        {
            if (network.PrefixLength == 0)
                report.Fail(Check, $"{key} allows every address: any caller can claim any address and TLS");
        }

        string[] known = [.. settings.Proxies.KnownProxies, .. settings.Proxies.KnownNetworks];
        if (!settings.IsWrong("ForwardedHeaders"))
            report.OkIfNothingFound(Check, known.Length == 0 ? "none" : string.Join(", ", known));
    }

    private static IEnumerable<(string Key, IPNetwork Network)> Networks(string list, IList<string> texts)
    {
        for (var index = 0; index < texts.Count; index++)
        {
            if (IPNetwork.TryParse(texts[index], out var network))
                yield return ($"{list}:{index}", network);
        }
    }
}
