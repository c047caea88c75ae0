using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Tool.Data;

/// <summary>The database of the settings, opened for a command, beside a service that may be running.</summary>
internal sealed class OpenStore : IDisposable
{
    private OpenStore(IDatabase database, StorageKeySet keys)
    {
        (Database, Keys) = (database, keys);
        Writes = new WriteQueue(database, TimeProvider.System, NullLogger<WriteQueue>.Instance);
    }

    public IDatabase Database { get; }

    public StorageKeySet Keys { get; }

    public WriteQueue Writes { get; }

    /// <exception cref="SettingsException">It can't be opened; the message says why.</exception>
    public static OpenStore Open(ToolCall call)
    {
        var options = call.Options<StorageOptions>(StorageOptions.SectionName);
        if (new StorageOptionsValidator(call.Builder.Configuration).Validate(null, options) is { Failed: true } wrong)
            throw SettingsException.For([.. wrong.Failures]);
        IDatabase database = options.Provider == StorageProvider.PostgreSql
            ? PostgreSqlDatabase.Open(options, TimeProvider.System)
            : SqliteDatabase.OpenBeside(options, TimeProvider.System);
        try
        {
            return new OpenStore(database, StorageKeys.Load(options.Encryption, (database as SqliteDatabase)?.Folder, NullLogger.Instance));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Writes.Dispose();
        Database.Dispose();
    }
}
