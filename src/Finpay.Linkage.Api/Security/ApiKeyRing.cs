using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Settings;
using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Api.Security;

/// <summary>The keys in force. Changed keys in the configuration count from then on; when they are wrong, those before stay.</summary>
internal sealed partial class ApiKeyRing : IDisposable
{
    private readonly IConfiguration configuration;
    private readonly IValidateOptions<ApiKeyOptions> validator;
    private readonly ILogger<ApiKeyRing> logger;
    private readonly IDisposable registration;
    private volatile (byte[] Hash, ApiKeyEntry Entry)[] keys;

    public ApiKeyRing(IConfiguration configuration, IValidateOptions<ApiKeyOptions> validator, ILogger<ApiKeyRing> logger)
    {
        (this.configuration, this.validator, this.logger) = (configuration, validator, logger);
        keys = Read();
        registration = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public ApiKeyEntry? Find(string key)
    {
        var presented = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        ApiKeyEntry? found = null;
        // All of them, so that the time does not tell which one it was.
        foreach (var (hash, entry) in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(presented, hash))
                found ??= entry;
        }

        return found;
    }

    public void Dispose() => registration.Dispose();

    private void Reload()
    {
        try
        {
            var before = keys;
            keys = Read();
            if (!before.Select(Facts).SequenceEqual(keys.Select(Facts)))
                LogReloaded(keys.Length);
        }
        catch (SettingsException exception)
        {
            LogKept(exception.Message);
        }

        static (string, string, ApiRole?, string) Facts((byte[] Hash, ApiKeyEntry Entry) key) =>
            (key.Entry.Name, Convert.ToHexString(key.Hash), key.Entry.Role, key.Entry.Merchant);
    }

    /// <exception cref="SettingsException">They are wrong.</exception>
    private (byte[] Hash, ApiKeyEntry Entry)[] Read()
    {
        var wrong = new List<(string Key, string What)>();
        var options = SettingsCheck.Read<ApiKeyOptions>(configuration, "", wrong);
        if (wrong.Count > 0)
            throw new SettingsException(string.Join("; ", wrong.Select(failure => $"{failure.Key}: {failure.What}")));
        if (validator.Validate(Options.DefaultName, options) is { Failed: true } result)
            throw new SettingsException(string.Join("; ", result.Failures));
        return [.. options.ApiKeys.Select(entry => (Convert.FromHexString(entry.Sha256), entry))];
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "The API keys were read anew: {Count} are in force")]
    private partial void LogReloaded(int count);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Error,
        Message = "The changed API keys are wrong; those before stay in force. {Reason}")]
    private partial void LogKept(string reason);
}
