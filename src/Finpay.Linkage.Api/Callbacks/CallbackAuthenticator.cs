using System.Net;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Decides whether a callback comes from Finnet: every configured check must pass.</summary>
internal sealed class CallbackAuthenticator(IOptions<NotificationOptions> options, TimeProvider clock)
{
    // The prefix length of ::ffff:0:0/96, IPv4 addresses in the form of IPv6.
    private const int MappedPrefix = 96;

    private readonly CallbackAuthentication[] enforced = [.. options.Value.Authentication.Distinct()];
    private readonly CallbackAuthentication[] observed = [.. options.Value.Observe.Distinct()];
    private readonly string[] passed = [.. options.Value.Authentication.Distinct().Select(check => EnumText.Of(check))];
    private readonly byte[][] tokens = [.. options.Value.PathTokens.Select(token => Encoding.UTF8.GetBytes(token.Reveal()))];
    private readonly IPNetwork[] networks = [.. options.Value.SourceAddresses.Select(IPNetwork.Parse).Select(Unmapped)];
    private readonly bool takesTokens = options.Value.Uses(CallbackAuthentication.PathToken);
    private readonly CallbackSignature? signature =
        options.Value.Uses(CallbackAuthentication.SnapSignature) ? new CallbackSignature(options.Value.Snap) : null;

    /// <summary>Only the body shows who sent it.</summary>
    public bool NeedsBody => enforced.Contains(CallbackAuthentication.SnapSignature);

    /// <summary>The first enforced check that fails whatever the body is.</summary>
    public CallbackFailure? CheckWithoutBody(CallbackCaller caller)
    {
        // A token that is not configured was not given to Finnet: its sender is guessing.
        if (caller.Token is not null && !takesTokens)
            return new CallbackFailure(CallbackAuthentication.PathToken, CheckReason.TokenUnexpected);
        return Enforce(caller, body: null, out _);
    }

    /// <summary>All checks, after <see cref="CheckWithoutBody"/>.</summary>
    public CallbackVerdict Check(CallbackCaller caller, byte[] body)
    {
        if (Enforce(caller, body, out var stale) is { } failure)
            return new CallbackVerdict(failure, [], [], stale);
        var seen = new List<ObservedCheck>(observed.Length);
        foreach (var check in observed)
        {
            var reason = Evaluate(check, caller, body, ref stale);
            var passes = reason == CheckReason.None;
            seen.Add(new ObservedCheck(EnumText.Of(check), passes, passes ? null : EnumText.Of(reason)));
        }

        return new CallbackVerdict(Failure: null, passed, seen, stale);
    }

    private CallbackFailure? Enforce(CallbackCaller caller, byte[]? body, out bool stale)
    {
        stale = false;
        foreach (var check in enforced)
        {
            var reason = Evaluate(check, caller, body, ref stale);
            if (reason != CheckReason.None)
                return new CallbackFailure(check, reason);
        }

        return enforced.Length == 0 ? new CallbackFailure(CallbackAuthentication.None, CheckReason.NothingEnforced) : null;
    }

    private CheckReason Evaluate(CallbackAuthentication check, CallbackCaller caller, byte[]? body, ref bool stale) => check switch
    {
        CallbackAuthentication.None => CheckReason.None,
        CallbackAuthentication.PathToken =>
            caller.Token is null ? CheckReason.TokenMissing : IsKnown(caller.Token) ? CheckReason.None : CheckReason.TokenUnknown,
        CallbackAuthentication.SourceAddress =>
            caller.Source is not null && IsKnown(caller.Source) ? CheckReason.None : CheckReason.AddressUnknown,
        _ => signature!.Check(caller.Path, caller.Headers, body, clock.GetUtcNow(), ref stale),
    };

    private bool IsKnown(string token)
    {
        var presented = Encoding.UTF8.GetBytes(token);
        var known = false;
        // All of them, so that the time does not tell which one it was.
        foreach (var expected in tokens)
            known |= CryptographicOperations.FixedTimeEquals(presented, expected);
        return known;
    }

    private bool IsKnown(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        return Array.Exists(networks, network => network.Contains(address));
    }

    private static IPNetwork Unmapped(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
        : network;
}

/// <summary>Why a check of a callback did not pass.</summary>
internal enum CheckReason
{
    None, NothingEnforced,
    TokenUnexpected, TokenMissing, TokenUnknown,
    AddressUnknown, BodyTooLarge,
    SignatureMissing, SignatureTwice, SignatureNotBase64, SignatureWrong,
    TimestampMissing, TimestampTwice, TimestampUnreadable, TimestampOutside,
}

/// <summary>A callback before its body is read; path (without query) and headers as they were received.</summary>
internal sealed record CallbackCaller(string? Token, IPAddress? Source, string Path, IHeaderDictionary Headers);

/// <summary>The first check that did not pass, and why.</summary>
internal sealed record CallbackFailure(CallbackAuthentication Check, CheckReason Reason);

/// <summary>The result of all checks. It is stale when the signature's time is outside the clock skew.</summary>
internal sealed record CallbackVerdict(
    CallbackFailure? Failure, IReadOnlyList<string> Passed, IReadOnlyList<ObservedCheck> Observed, bool Stale);
