using System.Net;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Decides for which merchants a callback comes from Finnet: every configured check must pass for the same merchant.</summary>
internal sealed class CallbackAuthenticator
{
    // The prefix length of ::ffff:0:0/96, IPv4 addresses in the form of IPv6.
    private const int MappedPrefix = 96;

    private readonly TimeProvider clock;
    private readonly CallbackAuthentication[] enforced;
    private readonly CallbackAuthentication[] observed;
    private readonly string[] passed;
    private readonly IPNetwork[] networks;
    private readonly bool takesTokens;
    private readonly IReadOnlyList<Merchant> all;
    // With the merchants that they are for.
    private readonly List<(byte[] Token, IReadOnlyList<Merchant> Of)> tokens = [];
    private readonly List<(CallbackSignature Signature, IReadOnlyList<Merchant> Of)> signatures = [];

    public CallbackAuthenticator(
        IOptions<NotificationOptions> options, IOptionsMonitor<MerchantNotificationOptions> own, MerchantRing merchants, TimeProvider clock)
    {
        var common = options.Value;
        (this.clock, all) = (clock, merchants.All);
        (enforced, observed) = ([.. common.Authentication.Distinct()], [.. common.Observe.Distinct()]);
        passed = [.. enforced.Select(check => EnumText.Of(check))];
        networks = [.. common.SourceAddresses.Select(IPNetwork.Parse).Select(Unmapped)];
        takesTokens = common.Uses(CallbackAuthentication.PathToken);
        var tokensOf = all.GroupBy(merchant => own.Get(merchant.Name).PathTokens is { Count: > 0 } some ? some : common.PathTokens);
        foreach (var sharing in tokensOf)
        {
            foreach (var token in sharing.Key)
                tokens.Add((Encoding.UTF8.GetBytes(token.Reveal()), Those(sharing)));
        }

        if (common.Uses(CallbackAuthentication.SnapSignature))
            signatures.AddRange(all.GroupBy(merchant => own.Get(merchant.Name).Over(common.Snap))
                .Select(sharing => (new CallbackSignature(sharing.Key), Those(sharing))));

        IReadOnlyList<Merchant> Those(IEnumerable<Merchant> some) => [.. some];
    }

    /// <summary>Only the body shows who sent it.</summary>
    public bool NeedsBody => enforced.Contains(CallbackAuthentication.SnapSignature);

    /// <summary>The first enforced check that fails whatever the body is.</summary>
    public CallbackFailure? CheckWithoutBody(CallbackCaller caller)
    {
        // A token that is not configured was not given to Finnet: its sender is guessing.
        if (caller.Token is not null && !takesTokens)
            return new CallbackFailure(CallbackAuthentication.PathToken, CheckReason.TokenUnexpected);
        return Enforce(caller, body: null).Failure;
    }

    /// <summary>The enforced checks, after <see cref="CheckWithoutBody"/>.</summary>
    public CallbackVerdict Check(CallbackCaller caller, byte[] body) => Enforce(caller, body);

    /// <summary>What the observed checks find, which refuse nothing.</summary>
    public (IReadOnlyList<ObservedCheck> Checks, bool IsStale) Observe(
        CallbackCaller caller, byte[] body, IReadOnlyList<Merchant> merchants)
    {
        var (checks, stale) = (new List<ObservedCheck>(observed.Length), false);
        foreach (var check in observed)
        {
            var (reason, _, isStale) = Evaluate(check, caller, body, merchants);
            var passes = reason == CheckReason.None;
            checks.Add(new ObservedCheck(EnumText.Of(check), passes, passes ? null : EnumText.Of(reason)));
            stale |= isStale;
        }

        return (checks, stale);
    }

    private CallbackVerdict Enforce(CallbackCaller caller, byte[]? body)
    {
        var verdict = new CallbackVerdict(
            enforced.Length == 0 ? new CallbackFailure(CallbackAuthentication.None, CheckReason.NothingEnforced) : null, all, passed);
        foreach (var check in enforced)
        {
            var (reason, merchants, isStale) = Evaluate(check, caller, body, verdict.Merchants);
            if (reason != CheckReason.None)
                return verdict with { Failure = new CallbackFailure(check, reason) };
            if (merchants.Count < verdict.Merchants.Count)
                verdict = verdict with { Merchants = merchants, NarrowedBy = check };
            verdict = verdict with { Stale = verdict.Stale || isStale };
        }

        return verdict;
    }

    /// <returns>Why it does not pass for any of the merchants, or for which of them it does.</returns>
    private (CheckReason Reason, IReadOnlyList<Merchant> Merchants, bool IsStale) Evaluate(
        CallbackAuthentication check, CallbackCaller caller, byte[]? body, IReadOnlyList<Merchant> merchants)
    {
        switch (check)
        {
            case CallbackAuthentication.None:
                return (CheckReason.None, merchants, false);
            case CallbackAuthentication.PathToken when caller.Token is null:
                return (CheckReason.TokenMissing, [], false);
            case CallbackAuthentication.PathToken:
                var of = Common(merchants, MerchantsOf(caller.Token));
                return (of.Count == 0 ? CheckReason.TokenUnknown : CheckReason.None, of, false);
            case CallbackAuthentication.SourceAddress:
                var known = caller.Source is not null && IsKnown(caller.Source);
                return (known ? CheckReason.None : CheckReason.AddressUnknown, merchants, false);
            default:
                return CheckSignature(caller, body, merchants);
        }
    }

    private (CheckReason Reason, IReadOnlyList<Merchant> Merchants, bool IsStale) CheckSignature(
        CallbackCaller caller, byte[]? body, IReadOnlyList<Merchant> merchants)
    {
        var (passing, isStale, reason) = (new List<Merchant>(), false, CheckReason.SignatureWrong);
        foreach (var (signature, of) in signatures)
        {
            var some = Common(merchants, of);
            if (some.Count == 0)
                continue;
            reason = signature.Check(caller.Path, caller.Headers, body, clock.GetUtcNow(), ref isStale);
            if (reason == CheckReason.None)
                passing.AddRange(some);
        }

        return (passing.Count > 0 ? CheckReason.None : reason, passing, isStale);
    }

    private IReadOnlyList<Merchant> Common(IReadOnlyList<Merchant> some, IReadOnlyList<Merchant> others) =>
        some.Count == all.Count ? others : others.Count == all.Count ? some : [.. some.Intersect(others)];

    private IReadOnlyList<Merchant> MerchantsOf(string token)
    {
        var presented = Encoding.UTF8.GetBytes(token);
        IReadOnlyList<Merchant> found = [];
        // All of them, so that the time does not tell which one it was.
        foreach (var (expected, of) in tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(presented, expected))
                found = of;
        }

        return found;
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
    TokenUnexpected, TokenMissing, TokenUnknown, OtherMerchant,
    AddressUnknown, BodyTooLarge,
    SignatureMissing, SignatureTwice, SignatureNotBase64, SignatureWrong,
    TimestampMissing, TimestampTwice, TimestampUnreadable, TimestampOutside,
}

/// <summary>A callback before its body is read; path (without query) and headers as they were received.</summary>
internal sealed record CallbackCaller(string? Token, IPAddress? Source, string Path, IHeaderDictionary Headers);

/// <summary>The first check that did not pass, and why.</summary>
internal sealed record CallbackFailure(CallbackAuthentication Check, CheckReason Reason);

/// <summary>The result of the enforced checks: the merchants that it is authentic for. It is stale when the signature's time is outside
/// the clock skew.</summary>
internal sealed record CallbackVerdict(CallbackFailure? Failure, IReadOnlyList<Merchant> Merchants, IReadOnlyList<string> Passed)
{
    /// <summary>The check that passes for these merchants alone; none when it passes for all.</summary>
    public CallbackAuthentication NarrowedBy { get; init; }

    public bool Stale { get; init; }
}
