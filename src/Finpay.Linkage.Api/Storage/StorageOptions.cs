namespace Finpay.Linkage.Api.Storage;

public enum StorageProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>Configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string SectionName = "Storage";

    public StorageProvider Provider { get; set; }

    /// <summary>Where the SQLite file stands.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>
    /// PostgreSQL: required; several hosts may be named, the writable one is used. SQLite: overrides the file. May carry a password.
    /// </summary>
    public Secret? ConnectionString { get; set; }

    public StorageEncryptionOptions Encryption { get; set; } = new();
}

public sealed class StorageEncryptionOptions
{
    /// <summary>AES-256-GCM keys: the first writes, all read.</summary>
    public IList<StorageKeyOptions> Keys { get; } = [];

    /// <summary>HMAC-SHA256 key for fingerprints, deduplication and phone search.</summary>
    public Secret? LookupKey { get; set; }

    /// <summary>The lookup key before the last rotation: still compared with.</summary>
    public Secret? PreviousLookupKey { get; set; }
}

public sealed class StorageKeyOptions
{
    public string Id { get; set; } = "";

    /// <summary>32 bytes, Base64.</summary>
    public Secret? Key { get; set; }
}
