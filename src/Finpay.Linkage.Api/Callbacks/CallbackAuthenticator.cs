using System.Net;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Inbox;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Decides whether a callback comes from Finnet: every configured rung must pass.</summary>
internal sealed class CallbackAuthenticator
{
    // ::ffff:0:0/96 is IPv4 in the clothes of IPv6.
    private const int MappedPrefix = 96;

    private readonly CallbackAuthentication[] rungs;
    private readonly CallbackAuthentication[] observed;
    private readonly byte[][] tokens;
    private readonly IPNetwork[] networks;
    private readonly CallbackSignature? signature;
    private readonly bool takesTokens;
    private readonly TimeProvider clock;

    public CallbackAuthenticator(IOptions<NotificationOptions> options, TimeProvider clock)
    {
        var settings = options.Value;
        rungs = [.. settings.Authentication.Distinct()];
        observed = [.. settings.Observe.Distinct()];
        tokens = [.. settings.PathTokens.Select(token => Encoding.UTF8.GetBytes(token.Reveal()))];
        networks = [.. settings.SourceAddresses.Select(IPNetwork.Parse).Select(Unmapped)];
        takesTokens = settings.Uses(CallbackAuthentication.PathToken);
        signature = settings.Uses(CallbackAuthentication.SnapSignature) ? new CallbackSignature(settings.Snap) : null;
        this.clock = clock;
    }

    /// <summary>Whether a body that can't be read whole leaves open who sent it.</summary>
    public bool NeedsBody => rungs.Contains(CallbackAuthentication.SnapSignature);

    /// <summary>The first enforced rung that does not pass whatever the body is: nobody's body is read who fails here.</summary>
    public CallbackFailure? FailsBeforeBody(CallbackCaller caller) => Enforce(caller, null).Failure;

    /// <summary>What all rungs say, now that the body is there.</summary>
    public CallbackVerdict Evaluate(CallbackCaller caller, byte[] body)
    {
        var (failure, isStale) = Enforce(caller, body);
        if (failure is not null)
            return new CallbackVerdict { Passed = [], Failure = failure };
        var seen = new List<ObservedRung>(observed.Length);
        var failures = new List<CallbackFailure>();
        foreach (var rung in observed)
        {
            var (reason, stale) = Check(rung, caller, body);
            isStale |= stale;
            seen.Add(new ObservedRung(Name(rung), reason is null, reason));
            if (reason is not null)
                failures.Add(new CallbackFailure(rung, reason));
        }

        return new CallbackVerdict { Passed = [.. rungs.Select(Name)], Observed = seen.Count > 0 ? seen : null, ObservedFailures = failures, Stale = isStale };
    }

    private (CallbackFailure? Failure, bool Stale) Enforce(CallbackCaller caller, byte[]? body)
    {
        // A token that nobody asked for is not Finnet's way to call: whoever sends it is guessing.
        if (caller.Token is not null && !takesTokens)
            return (new CallbackFailure(CallbackAuthentication.PathToken, "tokenUnexpected"), false);
        var isStale = false;
        foreach (var rung in rungs)
        {
            var (reason, stale) = Check(rung, caller, body);
            if (reason is not null)
                return (new CallbackFailure(rung, reason), false);
            isStale |= stale;
        }

        return (rungs.Length == 0 ? new CallbackFailure(CallbackAuthentication.None, "nothingEnforced") : null, isStale);
    }

    /// <summary>As it stands in evidence and metrics.</summary>
    public static string Name(CallbackAuthentication rung) => rung switch
    {
        CallbackAuthentication.None => "none",
        CallbackAuthentication.PathToken => "pathToken",
        CallbackAuthentication.SourceAddress => "sourceAddress",
        _ => "snapSignature",
    };

    private (string? Failure, bool Stale) Check(CallbackAuthentication rung, CallbackCaller caller, byte[]? body) => rung switch
    {
        CallbackAuthentication.None => (null, false),
        CallbackAuthentication.PathToken => (caller.Token is null ? "tokenMissing" : IsKnown(caller.Token) ? null : "tokenUnknown", false),
        CallbackAuthentication.SourceAddress => (caller.Source is not null && IsKnown(caller.Source) ? null : "addressUnknown", false),
        _ when body is null => (signature!.FailsBeforeBody(caller.Headers, clock.GetUtcNow()), false),
        _ => signature!.Check(caller.Path, caller.Headers, body, clock.GetUtcNow()),
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

    private static IPNetwork Unmapped(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
        : network;

    private bool IsKnown(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        return Array.Exists(networks, network => network.Contains(address));
    }
}
