using System.Text;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Reads the database of either engine without the service.</summary>
internal static class StoredValues
{
    /// <summary>Everything that a redaction must remove, by table and column; null if empty.</summary>
    public static readonly IReadOnlyList<(string Table, string Column)> Personal =
    [
        ("upgrades", "fingerprint"), ("upgrades", "phone_no"), ("upgrades", "phone_hash"), ("upgrades", "widget_url"),
        ("upgrade_history", "message"),
        ("notifications", "dedupe_key"), ("notifications", "kyc_message"), ("notifications", "phone_hash"), ("notifications", "raw"),
    ];

    /// <summary>A host on a server whose clock goes with that of the host.</summary>
    public static ApiHost On(PostgresTestDatabase database) => ApiHost.With(
        ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)).Followed(database);

    public static ApiHost Followed(this ApiHost host, PostgresTestDatabase database)
    {
        database.SetClock(ManualClock.Start);
        host.Clock.Follower = database.SetClock;
        return host;
    }

    public static List<T> Query<T>(this ApiHost host, string sql, object? values = null)
    {
        using var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection();
        return connection.Query<T>(sql, values).AsList();
    }

    /// <summary>The values of one personal column of a reference.</summary>
    public static List<byte[]> Bytes(this ApiHost host, string table, string column, string reference = Calls.Reference) =>
        host.Query<byte[]>(
            $"SELECT {column} FROM {table} WHERE partner_reference_no = @reference AND {column} IS NOT NULL", new { reference });

    /// <summary>Every value in clear, decrypted with the configured key.</summary>
    public static List<string?> Clear(this ApiHost host, string table, string column, string rowColumn, string reference = Calls.Reference)
    {
        var cipher = new ColumnCipher([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]);
        return host.Query<(byte[] Value, string Row)>(
            $"SELECT {column}, {rowColumn} FROM {table} WHERE partner_reference_no = @reference AND {column} IS NOT NULL",
            new { reference })
            .ConvertAll(value => cipher.DecryptText(value.Value, $"{table}.{column}", value.Row));
    }

    /// <summary>The files that hold data: database and write-ahead log.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Files(this ApiHost host)
    {
        foreach (var file in new[] { host.DatabaseFile, host.DatabaseFile + "-wal" }.Where(File.Exists))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            yield return (Path.GetFileName(file), content.ToArray());
        }
    }

    /// <summary>A stored text, which has to be readable.</summary>
    public static string? DecryptText(this ColumnCipher cipher, byte[]? value, string column, string row) =>
        value is null ? null : Encoding.UTF8.GetString(cipher.Decrypt(value, column, row));
}
