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

    /// <param name="options">The configured keys.</param>
    /// <param name="databaseFolder">Where the key file is or will be; null with PostgreSQL.</param>
    /// <param name="logger">Is told that the key file is used.</param>
    /// <param name="isNew">Nothing is written yet: a key file that is not there may be made.</param>
    /// <exception cref="SettingsException">The key file can't be used.</exception>
    public static StorageKeySet Load(StorageEncryptionOptions options, string? databaseFolder, ILogger logger, bool isNew = true)
    {
        var keys = options.Keys.Select(key => KeyValuePair.Create(key.Id, Convert.FromBase64String(key.Key!.Reveal()))).ToList();
        var (lookup, previous) = (Bytes(options.LookupKey?.Reveal()), Bytes(options.PreviousLookupKey?.Reveal()));
        var (keysAt, lookupAt) = ("Storage:Encryption:Keys", "Storage:Encryption:LookupKey");
        var path = Path.Combine(databaseFolder ?? "", FileName);
        if (keys.Count == 0 || lookup is null)
        {
            // Settings validation has seen to it that this happens neither in Production nor with a shared database.
            var local = LoadOrMake(path, isNew);
            LogLocalKeys(logger, path);
            if (keys.Count == 0)
                (keysAt, keys) = (path, [KeyValuePair.Create("local", Convert.FromBase64String(local.Key))]);
            if (lookup is null)
                (lookupAt, lookup) = (path, Convert.FromBase64String(local.LookupKey));
        }

        var marks = keys.Select((key, index) =>
            KeyMark.OfStorage(keysAt == path ? keysAt : $"{keysAt}:{index}:Key", key.Key, key.Value, writes: index == 0)).ToList();
        marks.Add(KeyMark.OfLookup(lookupAt, lookup, writes: true));
        if (previous is not null)
            marks.Add(KeyMark.OfLookup("Storage:Encryption:PreviousLookupKey", previous, writes: false));
        return new StorageKeySet(new ColumnCipher(keys), new LookupHash(lookup, previous), marks);
    }

    /// <summary>The same, compared with those that wrote what is stored.</summary>
    /// <exception cref="SettingsException">A key does not fit; the message names every one.</exception>
    public static StorageKeySet LoadFor(IDatabase database, StorageEncryptionOptions options, ILogger logger)
    {
        var keys = Load(options, (database as SqliteDatabase)?.Folder, logger, isNew: !KeyChecks.HasAny(database));
        foreach (var warning in KeyChecks.Register(database, keys))
            LogKeys(logger, warning);
        return keys;
    }

    private static byte[]? Bytes(string? base64) => string.IsNullOrEmpty(base64) ? null : Convert.FromBase64String(base64);

    private static LocalKeys LoadOrMake(string path, bool mayMake)
    {
        try
        {
            if (!File.Exists(path) && !mayMake)
                throw new SettingsException(
                    $"The key file {path} is missing, and Storage:Encryption configures no keys. The database was written with keys: put "
                    + "them back from your backup. Without them nobody can read the personal data in it.");
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

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "Storage keys: {Warning} (docs/operations.md, Rotate keys)")]
    private static partial void LogKeys(ILogger logger, string warning);

    private sealed record LocalKeys(string Key, string LookupKey);

    [JsonSerializable(typeof(LocalKeys))]
    private sealed partial class KeysJson : JsonSerializerContext;
}

/// <summary>The keys in use, and what the database knows them by.</summary>
internal sealed record StorageKeySet(ColumnCipher Cipher, LookupHash Lookup, IReadOnlyList<KeyMark> Marks);
