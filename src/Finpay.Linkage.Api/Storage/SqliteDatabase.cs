using System.Data;
using System.Data.Common;
using System.Globalization;
using Finpay.Linkage.Api.Settings;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Finpay.Linkage.Api.Storage;

/// <summary>The SQLite file: for one process at a time (a lock file), in WAL mode; a commit is on disk when it returns.</summary>
internal sealed class SqliteDatabase(string connectionString, string path, FileStream? processLock) : IDatabase
{
    public const string HasVersions = "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";

    // The errors of FileShare.None when another process has the file open: on Windows, on Linux and on macOS.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    // Seconds that a command waits for its turn behind the writes of a service, which may follow each other without a pause.
    private const int PatienceBeside = 60;

    // Whose write begins next, or that the log is emptied before.
    private readonly Lock turn = new();

    private static readonly Lazy<bool> Engine = new(Configure);

    /// <summary>Where the file stands, and the keys beside it.</summary>
    public string Folder { get; } = Path.GetDirectoryName(path)!;

    /// <summary>Size of the write-ahead log.</summary>
    public long LogBytes => new FileInfo(path + "-wal") is { Exists: true, Length: var bytes } ? bytes : 0;

    /// <summary>SQLite has one writer at a time.</summary>
    public int Writers => 1;

    /// <exception cref="SettingsException">The file can't be used; the message says why.</exception>
    public static SqliteDatabase Open(StorageOptions options, TimeProvider clock, IReadOnlyList<SchemaScript>? scripts = null) =>
        Open(FileOf(options), alone: true, (database, connection) =>
        {
            connection.Run("PRAGMA journal_mode = WAL");
            using (var transaction = database.BeginWrite(connection, lockWaitMs: 0))
            {
                Schema.Apply(transaction, clock.GetUtcNow(), scripts ?? SchemaScript.OfSqlite);
                transaction.Commit();
            }

            // The process before this one may have been killed between a redaction and its erasure.
            database.TryErase();
        });

    /// <summary>For a command: beside a service that may be running. There must be a database of this version.</summary>
    /// <exception cref="SettingsException">The file can't be used; the message says why.</exception>
    public static SqliteDatabase OpenBeside(StorageOptions options)
    {
        var file = FileOf(options);
        if (!File.Exists(file.DataSource))
            throw new SettingsException($"There is no database {file.DataSource}.");
        file.DefaultTimeout = PatienceBeside;
        return Open(file, alone: false, (_, connection) => Schema.ThrowIfOther(connection, connection.Scalar(HasVersions) is 1L));
    }

    private static SqliteDatabase Open(
        SqliteConnectionStringBuilder file, bool alone, Action<SqliteDatabase, DbConnection> prepare)
    {
        LoadEngine();
        var path = file.DataSource;
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            held = alone ? AcquireLock(path) : null;
            var database = new SqliteDatabase(file.ConnectionString, path, held);
            using var connection = database.OpenConnection();
            prepare(database, connection);
            return database;
        }
        catch (Exception exception)
        {
            held?.Dispose();
            if (exception is IOException or UnauthorizedAccessException or DbException)
                throw new SettingsException($"The database {path} can't be used: {exception.Message}{Advice(exception)}", exception);
            throw;
        }
    }

    /// <summary>Loads the bundled SQLite and configures it, which has to happen before its first use.</summary>
    /// <exception cref="SettingsException">It can't be loaded here; the message says why.</exception>
    public static void LoadEngine() => _ = Engine.Value;

    /// <summary>The connection string of these settings, with the file's whole path.</summary>
    public static SqliteConnectionStringBuilder FileOf(StorageOptions options)
    {
        var builder = new SqliteConnectionStringBuilder(options.ConnectionString?.Reveal() ?? "");
        var path = builder.DataSource.Length > 0 ? builder.DataSource : Path.Combine(options.DataFolder, "linkage.db");
        builder.DataSource = Path.GetFullPath(path);
        // Seconds a statement waits for another connection's lock.
        builder.DefaultTimeout = 2;
        return builder;
    }

    public DbConnection OpenConnection()
    {
        var connection = new SqlitePreparingConnection(connectionString);
        try
        {
            connection.Open();
            // SQLite silently opens a file for reading when it can't be written; a pooled connection would refuse writes for ever.
            if (raw.sqlite3_db_readonly(connection.Handle, "main") == 1)
                throw new SqliteException("The file or its folder is read-only.", raw.SQLITE_READONLY);
            // secure_delete: what is overwritten becomes zeros (docs/decisions/0015). The bundled library does not do so by itself.
            // busy_timeout: SQLite looks again after milliseconds, the provider only after 150 ms.
            connection.Run(string.Create(CultureInfo.InvariantCulture,
                $"""
                 PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA secure_delete = ON;
                 PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}
                 """));
            return connection;
        }
        catch
        {
            SqliteConnection.ClearPool(connection);
            connection.Dispose();
            throw;
        }
    }

    // Its asynchronous methods are synchronous underneath.
    public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) => Task.FromResult(OpenConnection());

    // There is one writer, so no record is ever locked.
    public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs)
    {
        lock (turn)
            return ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);
    }

    public void Commit(DbTransaction transaction)
    {
        var connection = (SqliteConnection)transaction.Connection!;
        try
        {
            transaction.Commit();
        }
        catch (SqliteException) when (raw.sqlite3_get_autocommit(connection.Handle) != 0)
        {
            // SQLite has ended the transaction by itself (full disk). The provider's rollback would fail and hide the cause.
            raw.sqlite3_exec(connection.Handle, "BEGIN");
            throw;
        }
    }

    public DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    // The write-ahead log still has the pages as they were before.
    public bool TryErase()
    {
        try
        {
            using var connection = OpenConnection();
            // Copies most of it, and nobody waits.
            connection.Run("PRAGMA wal_checkpoint(PASSIVE)");
            lock (turn)
            {
                // After the write under way, and before the next one, only a reader can be in the way. Writes would wait with us for
                // that one, so we do not.
                connection.Run("BEGIN IMMEDIATE; COMMIT; PRAGMA busy_timeout = 0");
                return connection.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") is 0L;
            }
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    // Anything SQLite did not report was thrown by the write itself.
    public bool IsEngineFault(Exception exception) => exception is SqliteException { SqliteErrorCode: not raw.SQLITE_CONSTRAINT };

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        processLock?.Dispose();
    }

    /// <summary>What to do about it, where that is known.</summary>
    public static string Advice(Exception exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY => " Another program holds a lock on it; start again when that has ended.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            " It is damaged, or no SQLite database, and was left as it is: put a backup in its place (docs/operations.md).",
        raw.SQLITE_FULL => " There is no room left on its disk.",
        _ => "",
    };

    private static bool Configure()
    {
        try
        {
            Batteries_V2.Init();
        }
        catch (DllNotFoundException exception)
        {
            throw new SettingsException(
                $"The bundled SQLite can't be loaded: on Linux it needs glibc 2.34 (Debian 12, Ubuntu 22.04) or later. {exception.Message}",
                exception);
        }

        // No connection is used by two threads at once, and nobody reads the statistics that every allocation would take a lock for.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return true;
    }

    private static FileStream AcquireLock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or WouldBlock or WouldBlockOnMac)
        {
            throw new SettingsException($"The database {path} is in use by another process.", exception);
        }
    }
}
