using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// One SQL statement with named parameters: the only way to the database (docs/decisions/0019). SQLite prepares it once per connection.
/// PostgreSQL gets its text each time, because behind a pooler the next transaction may meet a session that has never seen it.
/// </summary>
internal sealed class Statement(string text)
{
    // «FOR UPDATE» locks a row until the transaction ends; SQLite has one writer and no such words.
    private readonly string sqliteText =
        text.Replace(" FOR UPDATE SKIP LOCKED", "", StringComparison.Ordinal).Replace(" FOR UPDATE", "", StringComparison.Ordinal)
            .Replace(Dialect.ServerTime, "NULL", StringComparison.Ordinal).Replace("::json", "", StringComparison.Ordinal);

    /// <returns>How many rows it changed.</returns>
    public int Execute(DbTransaction transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var use = Start(transaction.Connection!, transaction, parameters);
        return use.Command.ExecuteNonQuery();
    }

    /// <summary>Reads inside a transaction, on its thread.</summary>
    public List<T> Query<T>(
        DbTransaction transaction, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var use = Start(transaction.Connection!, transaction, parameters);
        using var reader = use.Command.ExecuteReader();
        var rows = new List<T>(1);
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <returns>The only row; null when there is none.</returns>
    public T? QuerySingle<T>(
        DbTransaction transaction, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where T : class => Query(transaction, read, parameters) is [var row] ? row : null;

    /// <summary>Reads on a connection of its own, beside the writers.</summary>
    public async Task<List<T>> QueryAsync<T>(
        IDatabase database, Func<DbDataReader, T> read, CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await QueryAsync(connection, null, read, cancellationToken, parameters);
    }

    public async Task<List<T>> QueryAsync<T>(
        DbConnection connection, DbTransaction? transaction, Func<DbDataReader, T> read, CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        using var use = Start(connection, transaction, parameters);
        await using var reader = await use.Command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    private Use Start(DbConnection connection, DbTransaction? transaction, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var prepared = (connection as SqlitePreparingConnection)?.Prepared;
        if (prepared is null || !prepared.TryGetValue(this, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = connection is NpgsqlConnection ? PostgreSqlDatabase.TakeLimits(transaction) + text : sqliteText;
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            prepared?.Add(this, command);
        }

        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
            command.Parameters[name].Value = ToStored(value);
        return new Use(command, prepared is not null);
    }

    // Enums are stored as camelCase text, times as Unix milliseconds, truth values as 0 and 1.
    private static object ToStored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        bool flag => flag ? 1L : 0L,
        Enum word => EnumText.Of(word),
        _ => value,
    };

    /// <summary>A command while it is in use: a prepared one goes back to its connection, another one ends.</summary>
    private readonly record struct Use(DbCommand Command, bool IsKept) : IDisposable
    {
        public void Dispose()
        {
            if (!IsKept)
                Command.Dispose();
        }
    }
}

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

/// <summary>The column of a row as its type, by its position in the SELECT.</summary>
internal static class DbDataReaderExtensions
{
    /// <summary>A time as it is read again: UTC, whole milliseconds.</summary>
    public static DateTimeOffset AsStored(this DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <summary>A bound for stored times: a record created before it within its millisecond counts as before it.</summary>
    public static long ToStoredCeiling(this DateTimeOffset time) =>
        (long)Math.Ceiling((time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerMillisecond);

    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static byte[]? Bytes(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    public static DateTimeOffset Time(this DbDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    public static bool Flag(this DbDataReader reader, int column) => reader.GetInt64(column) != 0;

    public static T Word<T>(this DbDataReader reader, int column)
        where T : struct, Enum => EnumText.Parse<T>(reader.GetString(column));
}

/// <summary>SQL that runs once or has no parameters: the schema, the engines' own settings.</summary>
internal static class PlainSql
{
    public static int Run(this DbConnection connection, string sql, DbTransaction? transaction = null, int? timeoutSeconds = null)
    {
        using var command = Create(connection, sql, transaction);
        command.CommandTimeout = timeoutSeconds ?? command.CommandTimeout;
        return command.ExecuteNonQuery();
    }

    /// <returns>The first column of the first row; null when there is none.</returns>
    public static object? Scalar(this DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        using var command = Create(connection, sql, transaction);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    private static DbCommand Create(DbConnection connection, string sql, DbTransaction? transaction)
    {
        var command = connection.CreateCommand();
        command.CommandText = PostgreSqlDatabase.TakeLimits(transaction) + sql;
        command.Transaction = transaction;
        return command;
    }
}
