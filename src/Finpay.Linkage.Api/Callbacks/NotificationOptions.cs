using System.Net;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>A check that a callback must pass.</summary>
public enum CallbackAuthentication
{
    /// <summary>No check. Must be configured explicitly.</summary>
    None,

    /// <summary>A secret at the end of the path, given to Finnet only.</summary>
    PathToken,

    /// <summary>An address of one of the configured networks.</summary>
    SourceAddress,

    /// <summary>A SNAP signature by Finnet's key.</summary>
    SnapSignature,
}

/// <summary>Configuration section <c>Notifications</c>.</summary>
public sealed class NotificationOptions
{
    public const string SectionName = "Notifications";

    /// <summary>All of these must pass.</summary>
    public IList<CallbackAuthentication> Authentication { get; } = [];

    /// <summary>These are evaluated and recorded, and refuse nothing.</summary>
    public IList<CallbackAuthentication> Observe { get; } = [];

    /// <summary>Lets Production run with <see cref="CallbackAuthentication.None"/>.</summary>
    public bool AllowUnauthenticated { get; set; }

    /// <summary>One or two tokens of at least 32 characters; two while one is replaced.</summary>
    public IList<Secret> PathTokens { get; } = [];

    /// <summary>Networks, CIDR.</summary>
    public IList<string> SourceAddresses { get; } = [];

    /// <summary>What <see cref="CallbackAuthentication.SnapSignature"/> needs.</summary>
    public CallbackSnapOptions Snap { get; set; } = new();

    /// <summary>Largest callback, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Whether <paramref name="check"/> is evaluated, to enforce or to observe.</summary>
    public bool Uses(CallbackAuthentication check) => Authentication.Contains(check) || Observe.Contains(check);
}

/// <summary>Configuration section <c>Notifications:Snap</c>.</summary>
public sealed class CallbackSnapOptions
{
    /// <summary>Finnet's public key, PEM.</summary>
    public string PublicKeyPath { get; set; } = "";

    /// <summary>The one before it, while Finnet changes its key.</summary>
    public string PreviousPublicKeyPath { get; set; } = "";

    /// <summary>What is signed.</summary>
    public SnapRecipe Recipe { get; set; } = SnapRecipe.BodyBound;

    /// <summary>Our client id, for <see cref="SnapRecipe.ClientId"/>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The path as Finnet signs it; empty: as it is received.</summary>
    public string SignedPath { get; set; } = "";

    /// <summary>How far X-TIMESTAMP may be from our clock.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far it may be when the body is signed too: Finnet may repeat a callback with its first time.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);
}

internal sealed class NotificationOptionsValidator(IConfiguration configuration) : IValidateOptions<NotificationOptions>
{
    private const int MinTokenLength = 32;

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new SettingsFailures(NotificationOptions.SectionName);
        var checks = options.Authentication;
        if (checks.Count == 0)
            failures.Add(
                "Authentication:0", "missing; PathToken, SourceAddress, SnapSignature, or None, which must be configured explicitly");
        if (checks.Contains(CallbackAuthentication.None) && checks.Count > 1)
            failures.Add("Authentication", "None stands alone or not at all");
        if (checks.Contains(CallbackAuthentication.None) && configuration.IsProduction() && !options.AllowUnauthenticated)
            failures.Add("Authentication", "None is refused in Production unless Notifications:AllowUnauthenticated is true");
        if (options.Observe.Contains(CallbackAuthentication.None))
            failures.Add("Observe", "None can't be observed");
        if (options.Observe.Any(checks.Contains))
            failures.Add("Observe", "names what Authentication enforces already");

        if (options.Uses(CallbackAuthentication.PathToken) && options.PathTokens.Count is 0 or > 2)
            failures.Add("PathTokens:0", "one or two tokens are needed for PathToken");
        foreach (var (index, _) in options.PathTokens.Index().Where(token => !IsUrlSafe(token.Item.Reveal())))
            failures.Add($"PathTokens:{index}", $"must be at least {MinTokenLength} letters, digits, - . _ or ~");
        if (options.Uses(CallbackAuthentication.SourceAddress) && options.SourceAddresses.Count == 0)
            failures.Add("SourceAddresses:0", "missing; at least one network is needed for SourceAddress");
        foreach (var (index, _) in options.SourceAddresses.Index().Where(network => !IPNetwork.TryParse(network.Item, out _)))
            failures.Add($"SourceAddresses:{index}", "must be a network, 10.0.0.0/8 or 2001:db8::/32");
        // Without the check too: a configured key is used by «tool diagnose».
        if (options.Uses(CallbackAuthentication.SnapSignature) || options.Snap.PublicKeyPath.Length > 0)
            CheckSnap(options, failures);

        if (options.MaxBodyBytes is < 1024 or > 16 * 1024 * 1024)
            failures.Add("MaxBodyBytes", "must be from 1024 to 16777216");
        return failures.ToResult();
    }

    private void CheckSnap(NotificationOptions options, SettingsFailures failures)
    {
        var snap = options.Snap;
        if (snap.PublicKeyPath.Length == 0)
            Fail(nameof(snap.PublicKeyPath), "missing; a PEM file with Finnet's public key, needed for SnapSignature");
        else
            CheckKey(nameof(snap.PublicKeyPath), snap.PublicKeyPath);
        if (snap.PreviousPublicKeyPath.Length > 0)
            CheckKey(nameof(snap.PreviousPublicKeyPath), snap.PreviousPublicKeyPath);
        if (snap.Recipe == SnapRecipe.ClientId && snap.ClientId.Length == 0)
            Fail(nameof(snap.ClientId), "missing; what Finnet signs with the recipe ClientId");
        if (FinnetOptionsValidator.IsWrapped(snap.ClientId))
            Fail(nameof(snap.ClientId), FinnetOptionsValidator.WrappedRule);
        if (snap.SignedPath.Length > 0 && snap.SignedPath[0] != '/')
            Fail(nameof(snap.SignedPath), "must begin with /");
        if (snap.ClockSkew <= TimeSpan.Zero)
            Fail(nameof(snap.ClockSkew), "must be positive");
        if (snap.MaxAge <= TimeSpan.Zero)
            Fail(nameof(snap.MaxAge), "must be positive");
        else if (snap.MaxAge < snap.ClockSkew)
            Fail(nameof(snap.MaxAge), "must be at least ClockSkew");
        // It binds no body: a caller who has seen one signature could report any result with it.
        var standsAlone = options.Authentication.Count > 0
            && options.Authentication.All(check => check == CallbackAuthentication.SnapSignature);
        if (snap.Recipe == SnapRecipe.ClientId && standsAlone && configuration.IsProduction())
            Fail(nameof(snap.Recipe), "ClientId signs no body: in Production PathToken or SourceAddress must stand beside it");

        void CheckKey(string key, string path)
        {
            if (!SnapPublicKey.TryLoad(path, out _, out var problem))
                Fail(key, problem);
        }

        void Fail(string key, string what) => failures.Add($"{nameof(options.Snap)}:{key}", what);
    }

    private static bool IsUrlSafe(string token) =>
        token.Length >= MinTokenLength
        && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~');
}
