using Dapper;
using Finpay.Linkage.Api.Settings;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A copy of a running SQLite database: of one moment, complete and compact, whatever is written meanwhile.</summary>
internal static class SqliteBackup
{
    /// <summary>Copies the database of these settings to <paramref name="target"/>, which must not exist yet.</summary>
    /// <returns>The size of the copy in bytes.</returns>
    /// <exception cref="SettingsException">It can't be copied; the message says why.</exception>
    public static long Write(StorageOptions options, string target)
    {
        if (options.Provider != StorageProvider.Sqlite)
            throw new SettingsException("backup copies an SQLite database; use PostgreSQL's own pg_dump or base backups.");
        SqliteDatabase.LoadEngine();
        var source = SqliteDatabase.FileOf(options);
        var copy = Path.GetFullPath(target);
        if (!File.Exists(source.DataSource))
            throw new SettingsException($"There is no database {source.DataSource}.");
        var created = false;
        try
        {
            // Made by us first, so that nobody else may read it; SQLite takes an empty file for one that does not exist.
            CreateOwnerOnly(copy);
            created = true;
            // Not read-only: it joins the write-ahead log of the service, if that runs.
            using (var connection = new SqliteConnection(source.ConnectionString))
            {
                connection.Open();
                connection.Execute("VACUUM INTO @copy", new { copy });
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

    private static void CreateOwnerOnly(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(path, options);
    }
}
