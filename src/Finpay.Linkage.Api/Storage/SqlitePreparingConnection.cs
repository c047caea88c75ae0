using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A connection that keeps its prepared statements until it is closed.</summary>
internal sealed class SqlitePreparingConnection(string connectionString) : SqliteConnection(connectionString)
{
    public Dictionary<Statement, DbCommand> Prepared { get; } = [];

    protected override void Dispose(bool disposing)
    {
        foreach (var command in Prepared.Values)
            command.Dispose();
        Prepared.Clear();
        base.Dispose(disposing);
    }
}
