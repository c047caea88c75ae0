using System.Globalization;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>The SQLite file, beside a service that may be running. Nothing is made, locked or changed.</summary>
internal static class SqliteFindings
{
    private const string Folder = "data folder";
    private const long LittleRoom = 1024L * 1024 * 1024;

    public static IEnumerable<Finding> On(LiveSettings settings)
    {
        var file = SqliteDatabase.FileOf(settings.Storage).DataSource;
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
            return [Finding.Failure(Folder, $"{folder} is missing: make it, for the user that the service runs as")];
        return [OnFolder(folder, new DriveInfo(folder).AvailableFreeSpace), .. OnFile(file, settings), .. OnKeyFile(folder)];
    }

    public static Finding OnFolder(string folder, long room) =>
        !Kernel.IsWritable(folder) ? Finding.Failure(Folder, $"{folder} can't be written to by this user ({Environment.UserName})")
        : room < LittleRoom ? Finding.Warning(Folder, string.Create(CultureInfo.InvariantCulture, $"{folder} has only {room / (1024 * 1024)} MiB left"))
        : Finding.Ok(Folder, $"{folder}, writable");

    private static IEnumerable<Finding> OnFile(string file, LiveSettings settings)
    {
        try
        {
            SqliteDatabase.LoadEngine();
            if (!File.Exists(file))
                return [Finding.Ok(StoreFindings.Check, $"{file}: there is none yet, the first start makes it")];
            if (!Kernel.IsWritable(file))
                return [Finding.Failure(StoreFindings.Check, $"{file} can't be written to by this user ({Environment.UserName})")];
            using var connection = new SqliteConnection(ReadOnly(settings.Storage));
            connection.Open();
            var version = StoreFindings.SchemaVersion(connection, "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'");
            return [StoreFindings.OnSchema(file, version), .. version is null ? [] : StoreFindings.OnStoredKeys(connection, settings)];
        }
        catch (SettingsException exception)
        {
            return [Finding.Failure(StoreFindings.Check, exception.Message)];
        }
        catch (SqliteException exception)
        {
            return [Finding.Failure(StoreFindings.Check, $"{file} can't be read: {exception.Message}{SqliteDatabase.Advice(exception)}")];
        }
    }

    private static IEnumerable<Finding> OnKeyFile(string folder)
    {
        var file = Path.Combine(folder, StorageKeys.FileName);
        if (File.Exists(file))
            yield return Finding.Warning(StoreFindings.KeyCheck, $"{file} has keys that were generated, not configured: move them to Storage:Encryption if anything was written with them, and delete it");
    }

    // Without a write-ahead log nobody has it open, and SQLite would make one to read; «immutable» reads the file as it is.
    private static string ReadOnly(StorageOptions options)
    {
        var builder = SqliteDatabase.FileOf(options);
        builder.Mode = SqliteOpenMode.ReadOnly;
        builder.Pooling = false;
        if (!File.Exists(builder.DataSource + "-wal"))
            builder.DataSource = $"file:///{string.Join('/', builder.DataSource.TrimStart('/').Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString))}?immutable=1";
        return builder.ConnectionString;
    }
}
