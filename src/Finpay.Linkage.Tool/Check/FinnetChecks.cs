using System.Security.Cryptography;

namespace Finpay.Linkage.Tool.Check;

/// <summary>To whom requests go, and as whom.</summary>
internal static class FinnetChecks
{
    private const string Check = "Finnet";

    // Finnet's documentation shows them.
    private const string SampleMerchantId = "AGREE170724";
    private const string SampleIv = "1234567890123456";

    public static void Run(LiveSettings settings, Report report)
    {
        var (finnet, host) = (settings.Finnet, settings.Finnet.EffectiveBaseUrl.Host);
        var real = new FinnetOptions { Environment = FinnetEnvironment.Production }.EffectiveBaseUrl.Host;
        if (settings.Environment == FinnetEnvironment.Development)
            report.Fail(Check, "Finnet:Environment is Development: Finnet's staging, no result is real");
        if (finnet.EffectiveBaseUrl.Scheme != Uri.UriSchemeHttps)
            report.Fail(Check, "Finnet:BaseUrl is http: no TLS, anybody could answer");
        if (host != real)
            report.Warn(Check, $"Finnet:BaseUrl names {host}, not {real}: right only if Finnet said so, or if it is your own proxy");
        if (finnet.MerchantId == SampleMerchantId)
            report.Warn(Check, "Finnet:MerchantId is the documentation's sample");
        if (IsEncrypted(finnet))
            report.Fail(Check, "Finnet:MerchantPassword is encrypted already: the setting takes it in clear");
        if (finnet.EncryptionIv?.Reveal() == SampleIv)
            report.Warn(Check, "Finnet:EncryptionIv is the documentation's sample: ask Finnet for yours");
        if (finnet.Authentication == FinnetAuthentication.None && settings.Configuration.GetSection("Finnet:Snap").Exists())
            report.Warn(Check, "Finnet:Snap has settings, but Finnet:Authentication is None: they are not used");
        if (finnet.Authentication == FinnetAuthentication.SnapB2B && IsReadByOthers(finnet.Snap.PrivateKeyPath))
            report.Warn(Check, "Finnet:Snap:PrivateKeyPath names a file that other users of this machine may read: chmod 600");
        if (!settings.IsWrong("Finnet"))
            report.OkIfNothingFound(Check, $"Production, {host}, authentication {finnet.Authentication}");
    }

    // A password in clear is no Base64 of whole blocks that the key decrypts to printable text.
    private static bool IsEncrypted(FinnetOptions finnet)
    {
        if (finnet is not { EncryptionKey: { } key, EncryptionIv: { } iv, MerchantPassword: { } password })
            return false;
        try
        {
            return new FieldCipher(key, iv).Decrypt(password.Reveal()) is { Length: > 0 } text && text.All(one => one is >= ' ' and <= '~');
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or CryptographicException)
        {
            return false;
        }
    }

    // A group is a common way to give a service its secrets.
    private static bool IsReadByOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
}
