using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Tool.Data;

/// <summary>Copies a running SQLite database as it is at one moment.</summary>
internal static class SqliteBackup
{
    /// <summary>Copies the database of <paramref name="storage"/> to <paramref name="target"/>, which must not exist yet.</summary>
    /// <returns>The size of the copy in bytes.</returns>
    /// <exception cref="SettingsException">It can't be copied; the message says why.</exception>
    public static long Write(StorageOptions storage, string target)
    {
        if (storage.Provider != StorageProvider.Sqlite)
            throw new SettingsException("backup copies an SQLite database; use PostgreSQL's own pg_dump or base backups.");
        SqliteDatabase.LoadEngine();
        var source = SqliteDatabase.FileOf(storage);
        var copy = Path.GetFullPath(target);
        if (!File.Exists(source.DataSource))
            throw new SettingsException($"There is no database {source.DataSource}.");
        var created = false;
        try
        {
            // Created first, so that nobody else may read it. SQLite takes an empty file for one that does not exist.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(copy, options).Dispose();
            created = true;
            // Not read-only, because it joins the write-ahead log of a running service.
            using (var connection = new SqliteConnection(source.ConnectionString))
            {
                connection.Open();
                using var vacuum = connection.CreateCommand();
                vacuum.CommandText = "VACUUM INTO @copy";
                vacuum.Parameters.AddWithValue("@copy", copy);
                vacuum.ExecuteNonQuery();
            }

            using var written = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite);
            written.Flush(flushToDisk: true);
            return written.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            // Half a copy must not pass for one.
            if (created)
                File.Delete(copy);
            throw new SettingsException($"{source.DataSource} can't be copied to {copy}: {exception.Message}", exception);
        }
    }
}
