using System.Text;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet;

/// <summary>Names every missing or wrong setting at once, by its key; a secret is never repeated.</summary>
public sealed class FinnetOptionsValidator : IValidateOptions<FinnetOptions>
{
    // The documentation's own key: everyone has it.
    private const string SampleKey = "1234567890123456";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FinnetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        void Fail(string key, string what) => failures.Add($"{FinnetOptions.SectionName}:{key}: {what}");

        var production = options.Environment == FinnetEnvironment.Production;
        if (options.Environment is null)
            Fail(nameof(options.Environment), "missing; Development (snapstag) or Production (snap)");
        if (options.BaseUrl is { } url)
        {
            if (!IsHttpsOrLoopback(url))
                Fail(nameof(options.BaseUrl), "must be an absolute https URL (http only on loopback)");
            else if (production && url.Host.Contains("snapstag", StringComparison.OrdinalIgnoreCase))
                Fail(nameof(options.BaseUrl), "points to Finnet's staging host while Finnet:Environment is Production");
        }

        if (!options.WidgetPath.StartsWith('/') || options.WidgetPath.StartsWith("//", StringComparison.Ordinal))
            Fail(nameof(options.WidgetPath), "must be a path that starts with one /");
        if (options.MerchantId.Length is 0 or > 128)
            Fail(nameof(options.MerchantId), options.MerchantId.Length == 0 ? "missing; issued by Finnet" : "at most 128 characters");
        if (options.MerchantPassword is null || options.MerchantPassword.Reveal().Length == 0)
            Fail(nameof(options.MerchantPassword), "missing; issued by Finnet, in clear");
        CheckKey(nameof(options.EncryptionKey), options.EncryptionKey);
        CheckKey(nameof(options.EncryptionIv), options.EncryptionIv);
        if (production && options.EncryptionKey?.Reveal() == SampleKey)
            Fail(nameof(options.EncryptionKey), "is the documentation's sample key, which Production refuses");
        if (options.Authentication == FinnetAuthentication.SnapB2B)
            Fail(nameof(options.Authentication), "SnapB2B is not available in this version; None is");
        if (options.AttemptTimeout <= TimeSpan.Zero)
            Fail(nameof(options.AttemptTimeout), "must be longer than zero");
        if (options.TotalTimeout < options.AttemptTimeout)
            Fail(nameof(options.TotalTimeout), "must not be shorter than Finnet:AttemptTimeout");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckKey(string key, Secret? secret)
        {
            if (secret is null || secret.Reveal().Length == 0)
                Fail(key, "missing; 16 ASCII characters issued by Finnet");
            else if (secret.Reveal() is not { Length: 16 } text || !Ascii.IsValid(text))
                Fail(key, "must be exactly 16 ASCII characters");
        }
    }

    internal static bool IsHttpsOrLoopback(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
