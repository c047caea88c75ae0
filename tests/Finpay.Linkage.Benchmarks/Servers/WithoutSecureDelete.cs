using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>The service's SQLite database without secure_delete: deleted bytes stay in the file.</summary>
internal sealed class WithoutSecureDelete(SqliteDatabase database) : IDatabase
{
    public int Writers => database.Writers;

    public DbConnection OpenConnection()
    {
        var connection = database.OpenConnection();
        connection.Execute("PRAGMA secure_delete = OFF");
        return connection;
    }

    public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) => Task.FromResult(OpenConnection());

    public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs) => database.BeginWrite(connection, lockWaitMs);

    public void Commit(DbTransaction transaction) => database.Commit(transaction);

    public DbTransaction BeginRead(DbConnection connection) => database.BeginRead(connection);

    public bool TryErase() => database.TryErase();

    public bool IsEngineFault(Exception exception) => database.IsEngineFault(exception);

    public void Dispose() => database.Dispose();
}
