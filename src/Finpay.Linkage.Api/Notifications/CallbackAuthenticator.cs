using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Notifications;

/// <summary>Decides whether a callback comes from Finnet: every configured rung must pass.</summary>
internal sealed class CallbackAuthenticator(IOptions<NotificationOptions> options)
{
    private readonly CallbackAuthentication[] rungs = [.. options.Value.Authentication];
    private readonly byte[][] tokens = [.. options.Value.PathTokens.Select(token => Encoding.UTF8.GetBytes(token.Reveal()))];
    private readonly IPNetwork[] networks = [.. options.Value.SourceAddresses.Select(IPNetwork.Parse)];

    /// <summary>The names of the rungs that passed, or the first that did not.</summary>
    /// <param name="token">What stands behind the path; null when nothing does.</param>
    /// <param name="source">The caller's address.</param>
    public (bool Authentic, IReadOnlyList<string> Passed, CallbackAuthentication? Failed) Evaluate(string? token, IPAddress? source)
    {
        // A token that nobody asked for is not Finnet's way to call: whoever sends it is guessing.
        if (token is not null && !rungs.Contains(CallbackAuthentication.PathToken))
            return (false, [], CallbackAuthentication.PathToken);

        var passed = new List<string>(rungs.Length);
        foreach (var rung in rungs)
        {
            var passes = rung switch
            {
                CallbackAuthentication.None => true,
                CallbackAuthentication.PathToken => token is not null && IsKnown(token),
                CallbackAuthentication.SourceAddress => source is not null && IsKnown(source),
                _ => false,
            };
            if (!passes)
                return (false, passed, rung);
            passed.Add(Name(rung));
        }

        return (passed.Count > 0, passed, null);
    }

    private static string Name(CallbackAuthentication rung) => rung switch
    {
        CallbackAuthentication.None => "none",
        CallbackAuthentication.PathToken => "pathToken",
        CallbackAuthentication.SourceAddress => "sourceAddress",
        _ => "snapSignature",
    };

    private bool IsKnown(string token)
    {
        var presented = Encoding.UTF8.GetBytes(token);
        var known = false;
        // Both, so that the time does not tell which one it was.
        foreach (var expected in tokens)
            known |= CryptographicOperations.FixedTimeEquals(presented, expected);
        return known;
    }

    private bool IsKnown(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        return Array.Exists(networks, network => network.Contains(address));
    }
}
