using System.Net;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Notifications;

/// <summary>What a callback must show to be believed.</summary>
public enum CallbackAuthentication
{
    /// <summary>Nothing. Must be said outright.</summary>
    None,

    /// <summary>A secret at the end of the path that only Finnet was given.</summary>
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

    /// <summary>Lets Production run with <see cref="CallbackAuthentication.None"/>.</summary>
    public bool AllowUnauthenticated { get; set; }

    /// <summary>One or two tokens of at least 32 characters; two while one is replaced.</summary>
    public IList<Secret> PathTokens { get; } = [];

    /// <summary>Networks, CIDR.</summary>
    public IList<string> SourceAddresses { get; } = [];

    /// <summary>Largest callback, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;
}

internal sealed class NotificationOptionsValidator(IConfiguration configuration) : IValidateOptions<NotificationOptions>
{
    private const int MinTokenLength = 32;

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new SettingsFailures(NotificationOptions.SectionName);
        var rungs = options.Authentication;
        if (rungs.Count == 0)
            failures.Add("Authentication:0", "missing; PathToken, SourceAddress, or None, which must be said outright");
        if (rungs.Contains(CallbackAuthentication.None) && rungs.Count > 1)
            failures.Add("Authentication", "None stands alone or not at all");
        if (rungs.Contains(CallbackAuthentication.None) && configuration.IsProduction() && !options.AllowUnauthenticated)
            failures.Add("Authentication", "None is refused in Production unless Notifications:AllowUnauthenticated is true");
        if (rungs.Contains(CallbackAuthentication.SnapSignature))
            failures.Add("Authentication", "SnapSignature is not available in this version; PathToken and SourceAddress are");
        if (configuration.GetSection($"{NotificationOptions.SectionName}:Observe").GetChildren().Any())
            failures.Add("Observe", "is not available in this version");

        if (rungs.Contains(CallbackAuthentication.PathToken) && options.PathTokens.Count is 0 or > 2)
            failures.Add("PathTokens:0", "one or two tokens are needed for PathToken");
        for (var index = 0; index < options.PathTokens.Count; index++)
        {
            if (!IsUrlSafe(options.PathTokens[index].Reveal()))
                failures.Add($"PathTokens:{index}", $"must be at least {MinTokenLength} letters, digits, - . _ or ~");
        }

        if (rungs.Contains(CallbackAuthentication.SourceAddress) && options.SourceAddresses.Count == 0)
            failures.Add("SourceAddresses:0", "missing; at least one network is needed for SourceAddress");
        for (var index = 0; index < options.SourceAddresses.Count; index++)
        {
            if (!IPNetwork.TryParse(options.SourceAddresses[index], out _))
                failures.Add($"SourceAddresses:{index}", "must be a network, 10.0.0.0/8 or 2001:db8::/32");
        }

        if (options.MaxBodyBytes is < 1024 or > 16 * 1024 * 1024)
            failures.Add("MaxBodyBytes", "must be from 1024 to 16777216");
        return failures.ToResult();
    }

    private static bool IsUrlSafe(string token) =>
        token.Length >= MinTokenLength && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~');
}
