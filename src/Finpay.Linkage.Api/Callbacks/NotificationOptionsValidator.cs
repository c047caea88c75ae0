using System.Net;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Callbacks;

internal sealed class NotificationOptionsValidator(IConfiguration configuration) : IValidateOptions<NotificationOptions>
{
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

        if (options.Uses(CallbackAuthentication.PathToken)
            && (options.PathTokens.Count > 2 || (options.PathTokens.Count == 0 && IsNeeded("PathTokens:0"))))
            failures.Add("PathTokens:0", CallbackRules.TokensRule + For("PathTokens:0"));
        CallbackRules.CheckTokens(options.PathTokens, failures);
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
        if (snap.PublicKeyPath.Length == 0 && IsNeeded("Snap:PublicKeyPath"))
            Fail(
                nameof(snap.PublicKeyPath),
                "missing; a PEM file with Finnet's public key, needed for SnapSignature" + For("Snap:PublicKeyPath"));
        CallbackRules.CheckKeys(snap.PublicKeyPath, snap.PreviousPublicKeyPath, snap.SignedPath, snap.ClientId, failures);
        if (snap.Recipe == SnapRecipe.ClientId && snap.ClientId.Length == 0 && IsNeeded("Snap:ClientId"))
            Fail(nameof(snap.ClientId), "missing; what Finnet signs with the recipe ClientId");
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

        void Fail(string key, string what) => failures.Add($"{nameof(options.Snap)}:{key}", what);
    }

    // The common one is for merchants that have none of their own.
    private bool IsNeeded(string key) => Without(key).Count > 0;

    private List<MerchantSection> Without(string key) => [.. MerchantSection.All(configuration)
        .Where(merchant => string.IsNullOrEmpty(configuration[$"{merchant.Notifications}:{key}"]))];

    // Nothing where there is one merchant alone.
    private string For(string key) => MerchantSection.All(configuration).Count == 1 ? ""
        : $" (for {string.Join(", ", Without(key).Select(merchant => merchant.Name))}, or each has its own)";
}

internal sealed class MerchantNotificationOptionsValidator : IValidateOptions<MerchantNotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, MerchantNotificationOptions options)
    {
        var failures = new SettingsFailures($"{MerchantSection.Root}:{name}:{NotificationOptions.SectionName}");
        if (options.PathTokens.Count > 2)
            failures.Add("PathTokens:0", CallbackRules.TokensRule);
        CallbackRules.CheckTokens(options.PathTokens, failures);
        var snap = options.Snap;
        if (snap.PublicKeyPath.Length == 0 && snap.PreviousPublicKeyPath.Length > 0)
            failures.Add("Snap:PublicKeyPath", "missing; it is needed beside PreviousPublicKeyPath");
        CallbackRules.CheckKeys(snap.PublicKeyPath, snap.PreviousPublicKeyPath, snap.SignedPath, snap.ClientId, failures);
        return failures.ToResult();
    }
}

/// <summary>What holds for the common settings and for those of a merchant.</summary>
internal static class CallbackRules
{
    public const string TokensRule = "one or two tokens are needed for PathToken";
    private const int MinTokenLength = 32;

    public static void CheckTokens(IList<Secret> tokens, SettingsFailures failures)
    {
        foreach (var (index, _) in tokens.Index().Where(token => !IsUrlSafe(token.Item.Reveal())))
            failures.Add($"PathTokens:{index}", $"must be at least {MinTokenLength} letters, digits, - . _ or ~");
    }

    public static void CheckKeys(
        string publicKeyPath, string previousKeyPath, string signedPath, string clientId, SettingsFailures failures)
    {
        CheckKey(nameof(CallbackSnapOptions.PublicKeyPath), publicKeyPath);
        CheckKey(nameof(CallbackSnapOptions.PreviousPublicKeyPath), previousKeyPath);
        if (FinnetOptionsValidator.IsWrapped(clientId))
            failures.Add($"Snap:{nameof(CallbackSnapOptions.ClientId)}", FinnetOptionsValidator.WrappedRule);
        if (signedPath.Length > 0 && signedPath[0] != '/')
            failures.Add($"Snap:{nameof(CallbackSnapOptions.SignedPath)}", "must begin with /");

        void CheckKey(string key, string path)
        {
            if (path.Length > 0 && !SnapPublicKey.TryLoad(path, out _, out var problem))
                failures.Add($"Snap:{key}", problem);
        }
    }

    private static bool IsUrlSafe(string token) =>
        token.Length >= MinTokenLength
        && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~');
}
