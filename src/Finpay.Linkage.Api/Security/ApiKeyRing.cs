using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Settings;
using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Api.Security;

/// <summary>
/// The keys in force. When the configuration changes, its keys count from then on; when they are
/// wrong, those before stay and the log says why.
/// </summary>
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
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), presented);
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
            if (!before.Select(Text).SequenceEqual(keys.Select(Text)))
                LogReloaded(keys.Length);
        }
        catch (SettingsException exception)
        {
            LogKept(exception.Message);
        }

        static (string Name, string Hash, ApiRole? Role) Text((byte[] Hash, ApiKeyEntry Entry) key) =>
            (key.Entry.Name, Convert.ToHexString(key.Hash), key.Entry.Role);
    }

    /// <exception cref="SettingsException">They are wrong.</exception>
    private (byte[] Hash, ApiKeyEntry Entry)[] Read()
    {
        var wrong = new List<(string Key, string What)>();
        SettingsFormat.Check(configuration, "", typeof(ApiKeyOptions), wrong);
        if (wrong.Count > 0)
            throw SettingsException.For([.. wrong.Select(failure => $"{failure.Key}: {failure.What}")]);
        var options = new ApiKeyOptions();
        configuration.Bind(options);
        var result = validator.Validate(Options.DefaultName, options);
        if (result.Failed)
            throw SettingsException.For([.. result.Failures]);
        return [.. options.ApiKeys.Select(entry => (Convert.FromHexString(entry.Sha256), entry))];
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "The API keys were read anew: {Count} are in force")]
    private partial void LogReloaded(int count);

    [LoggerMessage(
        EventId = 5002, Level = LogLevel.Error, Message = "The changed API keys are wrong; those before stay in force. {Reason}")]
    private partial void LogKept(string reason);
}
