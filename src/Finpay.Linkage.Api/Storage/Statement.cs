using System.Data.Common;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// A statement of the writers. SQLite prepares it once per connection; PostgreSQL gets its text each time, because behind a pooler the next transaction may
/// meet a session that has never seen it.
/// </summary>
/// <param name="text">One text for both engines. «FOR UPDATE» holds a row until the transaction ends; SQLite has one writer and no such words.</param>
/// <param name="parameters">Their names, in the order of the values.</param>
internal sealed class Statement(string text, params string[] parameters)
{
    private readonly string sqliteText = text.Replace(" FOR UPDATE", "", StringComparison.Ordinal);

    /// <returns>How many rows it changed.</returns>
    public int Execute(DbTransaction transaction, params ReadOnlySpan<object?> values)
    {
        if (transaction.Connection is SqliteWriterConnection writer)
            return Fill(writer.Prepared(this, transaction), values).ExecuteNonQuery();
        using var command = Fill(Create(transaction.Connection!, transaction), values);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(DbTransaction transaction, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        if (transaction.Connection is SqliteWriterConnection writer)
            return ReadAll(Fill(writer.Prepared(this, transaction), values), read);
        using var command = Fill(Create(transaction.Connection!, transaction), values);
        return ReadAll(command, read);
    }

    /// <returns>The only row; null when there is none.</returns>
    public T? QuerySingle<T>(DbTransaction transaction, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
        where T : class => Query(transaction, read, values) is [var row] ? row : null;

    public DbCommand Create(DbConnection connection, DbTransaction transaction)
    {
        var command = connection.CreateCommand();
        command.CommandText = transaction is NpgsqlTransaction ? text : sqliteText;
        command.Transaction = transaction;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static DbCommand Fill(DbCommand command, ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command;
    }

    private static List<T> ReadAll<T>(DbCommand command, Func<DbDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>(1);
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }
}

internal static class DbDataReaderExtensions
{
    public static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? Number(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static byte[]? Bytes(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
}
