using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Tool.Check;

/// <summary>The SQLite file, beside a service that may be running. Nothing is created, locked or changed.</summary>
internal static class SqliteChecks
{
    private const long LittleRoom = 1024L * 1024 * 1024;

    public static void Run(LiveSettings settings, Report report)
    {
        var file = SqliteDatabase.FileOf(settings.Storage).DataSource;
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            report.Fail("data folder", $"{folder} is missing: create it for the user that the service runs as");
            return;
        }

        CheckRoom(folder, new DriveInfo(folder).AvailableFreeSpace, report);
        try
        {
            CheckFile(file, settings, report);
        }
        catch (Exception exception)
            when (exception is SettingsException or SqliteException or IOException or UnauthorizedAccessException)
        {
            report.Fail(StoreChecks.Check, $"{file} can't be used: {exception.Message}{SqliteDatabase.Advice(exception)}");
        }

        var keyFile = Path.Combine(folder, StorageKeys.FileName);
        if (File.Exists(keyFile))
            report.Warn(StoreChecks.KeyCheck, $"{keyFile} has generated keys: move those in use to Storage:Encryption, then delete it");
    }

    public static void CheckRoom(string folder, long bytes, Report report)
    {
        if (bytes < LittleRoom)
            report.Warn("data folder", $"{folder} has only {bytes / (1024 * 1024)} MiB left");
        else
            report.Ok("data folder", folder);
    }

    private static void CheckFile(string file, LiveSettings settings, Report report)
    {
        SqliteDatabase.LoadEngine();
        if (!File.Exists(file))
        {
            report.Ok(StoreChecks.Check, $"{file} does not exist yet: the first start creates it");
            return;
        }

        // Opening it for writing shows whether this user may, and changes nothing.
        new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        using var connection = new SqliteConnection(ReadOnly(settings.Storage));
        connection.Open();
        if (StoreChecks.CheckSchema(connection, SqliteDatabase.HasVersions, file, report))
            StoreChecks.CheckKeys(connection, settings, report);
    }

    // Without a write-ahead log nobody has it open, and SQLite would create one to read; «immutable» reads the file as it is.
    private static string ReadOnly(StorageOptions options)
    {
        var builder = SqliteDatabase.FileOf(options);
        builder.Mode = SqliteOpenMode.ReadOnly;
        builder.Pooling = false;
        if (!File.Exists(builder.DataSource + "-wal"))
            builder.DataSource = $"file:///{string.Join('/', Parts(builder.DataSource).Select(Uri.EscapeDataString))}?immutable=1";
        return builder.ConnectionString;

        static string[] Parts(string path) => path.TrimStart('/').Split(Path.DirectorySeparatorChar);
    }
}
