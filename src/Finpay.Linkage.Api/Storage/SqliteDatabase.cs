using System.Data;
using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Settings;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// The SQLite file: one process at a time (a lock file says so), write-ahead log, and <c>synchronous=FULL</c>, so that a commit is on disk when it returns.
/// </summary>
internal sealed class SqliteDatabase : IDatabase
{
    private const int ConstraintError = 19;

    private readonly string connectionString;
    private readonly FileStream processLock;

    private SqliteDatabase(string connectionString, string path, FileStream processLock)
    {
        this.connectionString = connectionString;
        this.processLock = processLock;
        Folder = Path.GetDirectoryName(path)!;
    }

    /// <summary>Where the file stands, and the keys beside it.</summary>
    public string Folder { get; }

    /// <summary>SQLite has one writer at a time.</summary>
    public int Writers => 1;

    /// <exception cref="SettingsException">The file can't be used; the message says why.</exception>
    public static SqliteDatabase Open(StorageOptions options, TimeProvider clock)
    {
        SqliteLibrary.EnsureLoaded();
        var builder = FileOf(options);
        var path = builder.DataSource;
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            held = AcquireLock(path);
            var database = new SqliteDatabase(builder.ConnectionString, path, held);
            using var connection = database.OpenConnection();
            connection.Execute("PRAGMA journal_mode = WAL");
            using var transaction = database.BeginWrite(connection);
            Schema.Apply(transaction, clock.GetUtcNow());
            transaction.Commit();
            return database;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DbException)
        {
            held?.Dispose();
            throw new SettingsException($"The database {path} can't be used: {exception.Message}", exception);
        }
        catch (SettingsException)
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>The connection string of these settings, with the file's whole path.</summary>
    public static SqliteConnectionStringBuilder FileOf(StorageOptions options)
    {
        var builder = new SqliteConnectionStringBuilder(options.ConnectionString?.Reveal() ?? "");
        builder.DataSource = Path.GetFullPath(builder.DataSource.Length > 0 ? builder.DataSource : Path.Combine(options.DataFolder, "linkage.db"));
        // Seconds a statement waits for another connection's lock.
        builder.DefaultTimeout = 2;
        return builder;
    }

    public DbConnection OpenConnection()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Its asynchronous methods are synchronous underneath.
    public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) => Task.FromResult(OpenConnection());

    public DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);

    public DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    public void Commit(DbTransaction transaction) => transaction.Commit();

    // What is no error of the engine's is one of the write's own code.
    public WriteFault Classify(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: not ConstraintError } ? WriteFault.Engine : WriteFault.Own;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        processLock.Dispose();
    }

    private static FileStream AcquireLock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path + ".lock"))
        {
            throw new SettingsException($"The database {path} is in use by another process.", exception);
        }
    }
}
