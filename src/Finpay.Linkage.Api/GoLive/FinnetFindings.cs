using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet;
using Finpay.Linkage.Finnet.Security;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>To whom requests go, and as whom.</summary>
internal static class FinnetFindings
{
    private const string Check = "Finnet";

    // What the documentation shows as an example.
    private const string SampleMerchantId = "AGREE170724";
    private const string SamplePassword = "Z0gKf5KKPvvrPpe2BjtBJw==";
    private const string SampleIv = "1234567890123456";

    public static IEnumerable<Finding> On(LiveSettings settings)
    {
        var (finnet, real) = (settings.Finnet, new FinnetOptions { Environment = FinnetEnvironment.Production }.EffectiveBaseUrl);
        return Found().Or(settings.IsWrong("Finnet") ? [] : [Finding.Ok(Check, $"Production, {real.Host}, authentication {finnet.Authentication}")]);

        IEnumerable<Finding> Found()
        {
            if (settings.Environment == FinnetEnvironment.Development)
                yield return Finding.Failure(Check, "Finnet:Environment is Development, Finnet's staging: no result of it is real");
            if (finnet.EffectiveBaseUrl.Scheme != Uri.UriSchemeHttps)
                yield return Finding.Failure(Check, "Finnet:BaseUrl is http: no TLS, and nobody checks who answers");
            if (finnet.EffectiveBaseUrl.Host != real.Host)
                yield return Finding.Warning(Check, $"Finnet:BaseUrl names {finnet.EffectiveBaseUrl.Host}, not {real.Host}: right only if Finnet said so, or if it is your own way there");
            if (finnet.MerchantId == SampleMerchantId)
                yield return Finding.Warning(Check, "Finnet:MerchantId is the documentation's sample");
            if (finnet.MerchantPassword?.Reveal() == SamplePassword)
                yield return Finding.Failure(Check, "Finnet:MerchantPassword is the documentation's sample");
            else if (IsEncrypted(finnet))
                yield return Finding.Warning(Check, "Finnet:MerchantPassword seems to be encrypted already; the setting takes it in clear");
            if (finnet.EncryptionIv?.Reveal() == SampleIv)
                yield return Finding.Warning(Check, "Finnet:EncryptionIv is the documentation's sample: ask Finnet for yours");
            if (finnet.Authentication == FinnetAuthentication.None && settings.Configuration.GetSection("Finnet:Snap").Exists())
                yield return Finding.Warning(Check, "Finnet:Snap has settings, but Finnet:Authentication is None: no header is sent");
            if (finnet.Authentication == FinnetAuthentication.SnapB2B && IsReadByOthers(finnet.Snap.PrivateKeyPath))
                yield return Finding.Warning(Check, "Finnet:Snap:PrivateKeyPath names a file that others on this machine may read: chmod 600");
        }
    }

    // Of other texts hardly one in a thousand decrypts to something readable.
    private static bool IsEncrypted(FinnetOptions finnet)
    {
        if (finnet is not { EncryptionKey: { } key, EncryptionIv: { } iv, MerchantPassword: { } password })
            return false;
        try
        {
            return new FieldCipher(key, iv).Decrypt(password.Reveal()) is { Length: > 0 } text && Ascii.IsValid(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or CryptographicException)
        {
            return false;
        }
    }

    // A group is often how a service gets at its secrets.
    private static bool IsReadByOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
}
