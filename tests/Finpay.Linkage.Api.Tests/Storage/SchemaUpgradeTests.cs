using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>A database that an older version filled keeps what it holds.</summary>
public sealed class SchemaUpgradeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-api-tests-").FullName;

    [Fact]
    public void History_Survives_On_Sqlite()
    {
        SqliteDatabase.LoadEngine();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "linkage.db")};Pooling=False"))
            FillFirstVersion(connection);

        using var database = SqliteDatabase.Open(new StorageOptions { DataFolder = folder }, new ManualClock());

        AssertKept<SqliteException>(database);
    }

    [PostgresFact]
    public void History_Survives_On_PostgreSql()
    {
        var connectionString = PostgresServer.NewDatabase();
        using (var connection = new NpgsqlConnection(connectionString))
            FillFirstVersion(connection);

        using var database = PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(connectionString) }, new ManualClock());

        AssertKept<PostgresException>(database);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void FillFirstVersion(DbConnection connection)
    {
        connection.Open();
        using var script = new StreamReader(typeof(IDatabase).Assembly.GetManifestResourceStream("Finpay.Linkage.Api.Storage.Scripts.0001_initial.sql")!);
        connection.Execute(script.ReadToEnd());
        connection.Execute("""
            CREATE TABLE schema_version (version bigint NOT NULL PRIMARY KEY, applied_at bigint NOT NULL);
            INSERT INTO schema_version VALUES (1, 1);
            INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at) VALUES ('one', 'shop', 'M', 'approved', 0, 3, 1, 3);
            INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id, kyc_response, disposition, evidence)
              VALUES ('n', @key, 3, 3, 2, 'one', 'M', 'KYC Approved', 'applied', '{}');
            INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, response_code, message, notification_id, via_reference) VALUES
              ('h2', 'one', 2, 2, 'widgetIssued', 'finnetResponse', '2000000', @key, NULL, NULL),
              ('h3', 'one', 3, 3, 'approved', 'kycNotification', NULL, NULL, 'n', 'other')
            """,
            new { key = new byte[] { 1, 2 } });
    }

    private static void AssertKept<TException>(IDatabase database)
        where TException : DbException
    {
        using var connection = database.OpenConnection();
        Assert.Equal(
            [("h2", 2L, 2L, "widgetIssued", "finnetResponse", "2000000", null, null), ("h3", 3L, 3L, "approved", "kycNotification", null, "n", "other")],
            connection.Query<(string, long, long, string, string, string?, string?, string?)>(
                "SELECT id, version, at, status, source, response_code, notification_id, via_reference FROM upgrade_history WHERE partner_reference_no = 'one' ORDER BY version"));
        Assert.Equal([1, 2], connection.ExecuteScalar<byte[]>("SELECT message FROM upgrade_history WHERE id = 'h2'"));
        Assert.Equal(2, connection.ExecuteScalar<long>("SELECT deliveries FROM notifications WHERE id = 'n'"));
        Assert.Throws<TException>(() => connection.Execute("INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source) VALUES ('h4', 'one', 3, 4, 'approved', 'operator')"));
    }
}
