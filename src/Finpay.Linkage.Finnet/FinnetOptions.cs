using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's two environments.</summary>
public enum FinnetEnvironment
{
    /// <summary>Finnet's staging, <c>https://snapstag.finnet.co.id</c>.</summary>
    Development = 1,

    /// <summary>Finnet's production, <c>https://snap.finnet.co.id</c>.</summary>
    Production,
}

/// <summary>How requests to Finnet authenticate.</summary>
public enum FinnetAuthentication
{
    /// <summary>No header: the two pages that define the service ask for none.</summary>
    None,

    /// <summary>The SNAP B2B headers.</summary>
    SnapB2B,
}

/// <summary>
/// The settings of a client; configuration section <c>Finnet</c>. A change counts from the next call on, without a restart. From the start
/// of the process count <see cref="MerchantId"/>, <see cref="EffectiveBaseUrl"/>, <see cref="TotalTimeout"/> and the time to connect.
/// </summary>
public sealed class FinnetOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Finnet";

    // Asked for with every call.
    private static readonly Uri Production = new($"https://{FinnetOptionsValidator.ProductionHost}");
    private static readonly Uri Staging = new("https://snapstag.finnet.co.id");

    /// <summary>Chooses the base address. Required.</summary>
    public FinnetEnvironment? Environment { get; set; }

    /// <summary>
    /// Overrides the base address: https, or http on loopback, which no proxy of the environment is used for. The other environment's host
    /// is refused.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>The UTC offset of times in Finnet's answers that name none, such as <c>+07:00</c>.</summary>
    public string TimeZone { get; set; } = FinnetTime.Wib;

    /// <summary>Path of the widget service.</summary>
    public string WidgetPath { get; set; } = "/api/v1.0/upgrade-account-widget";

    /// <summary>Issued by Finnet, at most 128 characters. Required.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>Issued by Finnet. Set it unencrypted; the client encrypts it, and an encrypted one is refused. Required.</summary>
    public Secret? MerchantPassword { get; set; }

    /// <summary>AES-128 key: 16 ASCII characters. Required.</summary>
    public Secret? EncryptionKey { get; set; }

    /// <summary>AES-CBC initialisation vector: 16 ASCII characters; Finnet's contract fixes it. Required.</summary>
    public Secret? EncryptionIv { get; set; }

    /// <summary>How requests authenticate.</summary>
    public FinnetAuthentication Authentication { get; set; }

    /// <summary>The settings of <see cref="FinnetAuthentication.SnapB2B"/>.</summary>
    public SnapOptions Snap { get; } = new();

    /// <summary>The longest time of one attempt, connection and answer included; at least 10 ms.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time of a call, retries included; at most a day.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Where the settings stand, for messages.</summary>
    internal string Path { get; set; } = SectionName;

    /// <summary>The base address in use: <see cref="BaseUrl"/>, or else the environment's.</summary>
    public Uri EffectiveBaseUrl => BaseUrl ?? (Environment == FinnetEnvironment.Production ? Production : Staging);
}

/// <summary>Reports every missing or wrong setting at once, by its key, and never repeats a secret.</summary>
internal sealed class FinnetOptionsValidator : IValidateOptions<FinnetOptions>
{
    internal const string ProductionHost = "snap.finnet.co.id";

    // It is printed in Finnet's documentation, so it protects nothing.
    private const string SampleKey = "1234567890123456";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FinnetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        void Fail(string key, string what) => failures.Add($"{options.Path}:{key}: {what}");

        var production = options.Environment == FinnetEnvironment.Production;
        // Configuration turns any number into an enum value; an unknown one must not count as staging.
        if (options.Environment is not (FinnetEnvironment.Development or FinnetEnvironment.Production))
            Fail(nameof(options.Environment),
                (options.Environment is null ? "missing;" : "must be") + " Development (snapstag) or Production (snap)");
        if (options.BaseUrl is { } url)
        {
            if (!IsHttpsOrLoopback(url))
                Fail(nameof(options.BaseUrl), "must be an absolute https URL (http only on loopback)");
            else if (url is not { PathAndQuery: "/", UserInfo: "", Fragment: "" })
                Fail(nameof(options.BaseUrl), $"must be scheme, host and port alone; the path is {options.Path}:WidgetPath");
            else if (production && url.Host.Contains("snapstag", StringComparison.OrdinalIgnoreCase))
                Fail(nameof(options.BaseUrl), $"points to Finnet's staging host while {options.Path}:Environment is Production");
            else if (options.Environment == FinnetEnvironment.Development && url.IdnHost.TrimEnd('.') == ProductionHost)
                Fail(nameof(options.BaseUrl), $"points to Finnet's production host while {options.Path}:Environment is Development");
        }

        if (!FinnetTime.IsZone(options.TimeZone))
            Fail(nameof(options.TimeZone), "must be a UTC offset from -14:00 to +14:00, such as +07:00");
        if (!IsPath(options.WidgetPath))
            Fail(nameof(options.WidgetPath), PathRule);
        if (string.IsNullOrEmpty(options.MerchantId) || options.MerchantId.Length > 128)
            Fail(nameof(options.MerchantId), options.MerchantId?.Length > 0 ? "at most 128 characters" : "missing; issued by Finnet");
        else if (IsWrapped(options.MerchantId))
            Fail(nameof(options.MerchantId), WrappedRule);
        if (options.MerchantPassword is null || options.MerchantPassword.Reveal().Length == 0)
            Fail(nameof(options.MerchantPassword), "missing; issued by Finnet, in clear");
        else if (IsWrapped(options.MerchantPassword.Reveal()))
            Fail(nameof(options.MerchantPassword), WrappedRule);
        else if (IsEncrypted(options))
            Fail(nameof(options.MerchantPassword), "is encrypted already; set it in clear, the service encrypts it");
        CheckKey(nameof(options.EncryptionKey), options.EncryptionKey);
        CheckKey(nameof(options.EncryptionIv), options.EncryptionIv);
        if (production && options.EncryptionKey?.Reveal() == SampleKey)
            Fail(nameof(options.EncryptionKey), "is the documentation's sample key, which Production refuses");
        if (options.Authentication == FinnetAuthentication.SnapB2B)
            options.Snap.Check(Fail);
        else if (options.Authentication != FinnetAuthentication.None)
            Fail(nameof(options.Authentication), "must be None or SnapB2B");
        // The limits of the resilience pipeline.
        if (options.AttemptTimeout < TimeSpan.FromMilliseconds(10))
            Fail(nameof(options.AttemptTimeout), "must be at least 00:00:00.010");
        if (options.TotalTimeout < options.AttemptTimeout || options.TotalTimeout > TimeSpan.FromDays(1))
            Fail(nameof(options.TotalTimeout), $"must be from {options.Path}:AttemptTimeout to 1.00:00:00");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckKey(string key, Secret? secret)
        {
            if (secret is null || secret.Reveal().Length == 0)
                Fail(key, "missing; 16 ASCII characters issued by Finnet");
            else if (IsWrapped(secret.Reveal()))
                Fail(key, WrappedRule);
            else if (secret.Reveal() is not { Length: 16 } text || !Ascii.IsValid(text))
                Fail(key, "must be exactly 16 ASCII characters");
        }
    }

    /// <summary>What is wrong with a value that <see cref="IsWrapped"/>.</summary>
    public const string WrappedRule = "has a blank, a line end or quotation marks around it, which a copy may add; remove them";

    /// <summary>Whether a value that others issued begins or ends with what is invisible, or stands in quotation marks.</summary>
    public static bool IsWrapped(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && (IsInvisible(text[0]) || IsInvisible(text[^1]) || (IsQuotation(text[0]) && IsQuotation(text[^1])));

        static bool IsInvisible(char end) =>
            char.IsWhiteSpace(end) || char.GetUnicodeCategory(end) is UnicodeCategory.Control or UnicodeCategory.Format;

        // One alone may belong to a password.
        static bool IsQuotation(char end) => end is '"' or '\'' or '`' || char.GetUnicodeCategory(end)
            is UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation;
    }

    // What key and IV decrypt to printable text was encrypted with them; fewer than one random text in a million does.
    private static bool IsEncrypted(FinnetOptions options)
    {
        try
        {
            var cipher = new FieldCipher(options.EncryptionKey!, options.EncryptionIv!);
            var text = StrictUtf8.GetString(cipher.Decrypt(Convert.FromBase64String(options.MerchantPassword!.Reveal())));
            return text.Length > 0 && !text.Any(char.IsControl);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or CryptographicException)
        {
            return false;
        }
    }

    internal const string PathRule = "must be a path that starts with one / and has no \\";

    // Configuration may give null. In a URL a backslash is read as a slash, and what follows two slashes as another host.
    internal static bool IsPath(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\');

    internal static bool IsHttpsOrLoopback(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
