using System.Globalization;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Configuration section <c>Upgrades</c>.</summary>
public sealed class UpgradeOptions
{
    public const string SectionName = "Upgrades";

    /// <summary>How long an attempt holds its record; a second call before its end is told to wait.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a widget URL counts as usable when Finnet's expiryTime can't be read or lies before its issue.</summary>
    public TimeSpan WidgetUrlLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>An upgrade that has no result and has not changed its status for longer is overdue.</summary>
    public TimeSpan OverdueAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Finnet's answer approved or rejected settles other upgrades of the phone that are not older: phone numbers get new owners.
    /// </summary>
    public TimeSpan SettleWithin { get; set; } = TimeSpan.FromDays(30);

    /// <summary>After so many days without a change the personal data of an upgrade, finished or not, or of an orphan is removed.</summary>
    public int RetentionDays { get; set; } = 365;

    /// <summary>Hosts that redirectFinalUrl may name; empty: any https host.</summary>
    public IList<string> RedirectHosts { get; } = [];

    /// <summary>Schemes of apps that redirectFinalUrl may have beside https, such as <c>com.example.shop</c>.</summary>
    public IList<string> RedirectSchemes { get; } = [];
}

internal sealed class UpgradeOptionsValidator(IConfiguration configuration) : IValidateOptions<UpgradeOptions>
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);

    // Times that far back can still be computed.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    // They are no app's: they open or run whatever a URL says, or have rules of their own here.
    private static readonly HashSet<string> NoAppSchemes = new(StringComparer.OrdinalIgnoreCase)
    {
        "http", "https", "javascript", "data", "file", "blob", "vbscript", "about", "filesystem", "view-source", "ftp", "ws", "wss", "jar",
        "livescript", "mocha", "mhtml", "ms-its", "mk", "cid", "mid", "content", "intent", "chrome", "resource", "shell", "mailto", "tel",
        "sms",
    };

    public ValidateOptionsResult Validate(string? name, UpgradeOptions options)
    {
        var failures = new SettingsFailures(UpgradeOptions.SectionName);
        foreach (var merchant in MerchantSection.All(configuration))
        {
            var key = $"{merchant.Path}:{nameof(FinnetOptions.TotalTimeout)}";
            var total = TimeSpan.TryParse(configuration[key], CultureInfo.InvariantCulture, out var configured)
                ? configured
                : new FinnetOptions().TotalTimeout;
            if (options.Lease < total + LeaseMargin)
                failures.Add(nameof(options.Lease), $"must exceed {key} by at least 10 seconds");
        }

        if (options.WidgetUrlLifetime <= TimeSpan.Zero)
            failures.Add(nameof(options.WidgetUrlLifetime), "must be longer than zero");
        if (options.OverdueAfter <= TimeSpan.Zero || options.OverdueAfter > Longest)
            failures.Add(nameof(options.OverdueAfter), "must be longer than zero and at most 36500 days");
        if (options.SettleWithin <= TimeSpan.Zero || options.SettleWithin > Longest)
            failures.Add(nameof(options.SettleWithin), "must be longer than zero and at most 36500 days");
        if (options.RetentionDays is < 1 or > 36_500)
            failures.Add(nameof(options.RetentionDays), "must be from 1 to 36500");
        foreach (var (index, scheme) in options.RedirectSchemes.Index())
        {
            if (!Uri.CheckSchemeName(scheme) || NoAppSchemes.Contains(scheme))
                failures.Add($"{nameof(options.RedirectSchemes)}:{index}", "must be the scheme of an app, such as com.example.shop");
        }

        return failures.ToResult();
    }
}
