using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// The keys of api.md: from configuration, or, with SQLite outside Production, made once beside the database file.
/// </summary>
internal static partial class StorageKeys
{
    public const string FileName = "linkage.keys.json";
    private const int KeyBytes = 32;

    public static StorageKeySet Load(StorageEncryptionOptions options, string? databaseFolder, ILogger logger)
    {
        var keys = options.Keys.Select(key => KeyValuePair.Create(key.Id, Convert.FromBase64String(key.Key!.Reveal()))).ToList();
        var lookup = Bytes(options.LookupKey?.Reveal());
        if (keys.Count == 0 || lookup is null)
        {
            // Settings validation has seen to it that this happens neither in Production nor with a shared database.
            var path = Path.Combine(databaseFolder!, FileName);
            var local = LoadOrMake(path);
            LogLocalKeys(logger, path);
            if (keys.Count == 0)
                keys.Add(KeyValuePair.Create("local", Convert.FromBase64String(local.Key)));
            lookup ??= Convert.FromBase64String(local.LookupKey);
        }

        return new StorageKeySet(new ColumnCipher(keys), new LookupHash(lookup, Bytes(options.PreviousLookupKey?.Reveal())));
    }

    private static byte[]? Bytes(string? base64) => string.IsNullOrEmpty(base64) ? null : Convert.FromBase64String(base64);

    private static LocalKeys LoadOrMake(string path)
    {
        try
        {
            if (!File.Exists(path))
                Write(path, new LocalKeys(RandomKey(), RandomKey()));
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), KeysJson.Default.LocalKeys) is { } keys && IsKey(keys.Key)
                && IsKey(keys.LookupKey)
                ? keys
                : throw new SettingsException($"The key file {path} is not readable.");
        }
        catch (JsonException exception)
        {
            throw new SettingsException($"The key file {path} is not readable.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The key file {path} can't be used: {exception.Message}", exception);
        }
    }

    public static bool IsKey(string? base64) =>
        base64 is not null && Convert.TryFromBase64String(base64, new byte[KeyBytes + 1], out var length) && length == KeyBytes;

    // Written whole under another name first: a half-written key file would make every stored value unreadable.
    private static void Write(string path, LocalKeys keys)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, keys, KeysJson.Default.LocalKeys);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    private static string RandomKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning,
        Message = "No Storage:Encryption keys are configured: using the key file {Path}. Whoever has it and the database reads personal "
            + "data")]
    private static partial void LogLocalKeys(ILogger logger, string path);

    private sealed record LocalKeys(string Key, string LookupKey);

    [JsonSerializable(typeof(LocalKeys))]
    private sealed partial class KeysJson : JsonSerializerContext;
}

internal sealed record StorageKeySet(ColumnCipher Cipher, LookupHash Lookup);
