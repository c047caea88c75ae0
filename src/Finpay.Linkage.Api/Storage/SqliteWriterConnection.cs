using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A connection that keeps its prepared statements.</summary>
internal sealed class SqliteWriterConnection(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<Statement, DbCommand> prepared = [];

    public DbCommand Prepared(Statement statement, DbTransaction transaction)
    {
        if (!prepared.TryGetValue(statement, out var command))
        {
            command = statement.Create(this, transaction);
            prepared.Add(statement, command);
        }

        command.Transaction = transaction;
        return command;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        prepared.Clear();
        base.Dispose(disposing);
    }
}
