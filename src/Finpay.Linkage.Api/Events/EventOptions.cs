using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Events;

/// <summary>Configuration section <c>Events</c>.</summary>
public sealed class EventOptions
{
    public const string SectionName = "Events";

    /// <summary>The merchant's systems that are told.</summary>
    public IList<EventEndpointOptions> Endpoints { get; } = [];

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Delivered and dead events are deleted after so many days.</summary>
    public int RetentionDays { get; set; } = 30;
}

/// <summary>One receiver of events.</summary>
public sealed class EventEndpointOptions
{
    /// <summary>Identifies it in lists, logs and metrics.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where the messages are posted to.</summary>
    public Uri? Url { get; set; }

    /// <summary>One or two; every message is signed with all of them.</summary>
    public IList<Secret> Secrets { get; } = [];

    /// <summary>Only records of this key name; empty: all.</summary>
    public string Owner { get; set; } = "";

    /// <summary>Only records of this merchant, by its name; empty: all.</summary>
    public string Merchant { get; set; } = "";

    /// <summary>Only these types; empty: all.</summary>
    public IList<string> Types { get; } = [];
}

internal sealed partial class EventOptionsValidator(IConfiguration configuration) : IValidateOptions<EventOptions>
{
    // A claim ends after 60 s, and its attempt must be recorded before that.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(45);

    public ValidateOptionsResult Validate(string? name, EventOptions options)
    {
        var failures = new SettingsFailures(EventOptions.SectionName);
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > LongestTimeout)
            failures.Add(nameof(options.Timeout), "must be longer than zero and at most 45 seconds");
        if (options.RetentionDays is < 1 or > 36_500)
            failures.Add(nameof(options.RetentionDays), "must be from 1 to 36500");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, endpoint) in options.Endpoints.Index())
        {
            var key = $"{nameof(options.Endpoints)}:{index}";
            if (!NameForm().IsMatch(endpoint.Name))
                failures.Add($"{key}:{nameof(endpoint.Name)}", "must be 1 to 32 lower-case letters, digits or dashes");
            else if (!names.Add(endpoint.Name))
                failures.Add($"{key}:{nameof(endpoint.Name)}", "is the name of another endpoint already");
            Check(endpoint, key, failures);
        }

        return failures.ToResult();
    }

    private void Check(EventEndpointOptions endpoint, string key, SettingsFailures failures)
    {
        if (endpoint.Url is not { IsAbsoluteUri: true } url)
            failures.Add($"{key}:{nameof(endpoint.Url)}", "missing; an https URL, or http on loopback");
        else if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            failures.Add($"{key}:{nameof(endpoint.Url)}", "must be https, or http on loopback");
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            failures.Add($"{key}:{nameof(endpoint.Url)}", "must have no user, password or fragment");
        var merchants = MerchantSection.All(configuration).Select(merchant => merchant.Name).ToList();
        if (endpoint.Merchant.Length > 0 && !merchants.Contains(endpoint.Merchant, StringComparer.Ordinal))
            failures.Add($"{key}:{nameof(endpoint.Merchant)}", $"must be one of {string.Join(", ", merchants)}");
        if (endpoint.Secrets.Count is 0 or > 2)
            failures.Add($"{key}:{nameof(endpoint.Secrets)}:0", "one or two are needed; whsec_ and 24 to 64 bytes in Base64");
        foreach (var (index, _) in endpoint.Secrets.Index().Where(secret => WebhookSignature.KeyOf(secret.Item) is null))
            failures.Add($"{key}:{nameof(endpoint.Secrets)}:{index}", "must be whsec_ and 24 to 64 bytes in Base64");
        foreach (var (index, _) in endpoint.Types.Index().Where(type => !EventTypes.All.Contains(type.Item, StringComparer.Ordinal)))
            failures.Add($"{key}:{nameof(endpoint.Types)}:{index}", $"must be one of {string.Join(", ", EventTypes.All)}");
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,32}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();
}
