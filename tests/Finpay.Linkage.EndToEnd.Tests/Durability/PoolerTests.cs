using Dapper;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>
/// Behind a pooler in transaction mode the next transaction may find itself on another connection to the server: nothing may be left on one
/// (a prepared statement, a setting, a lock) that the next one counts on.
/// </summary>
public sealed class PoolerTests(ITestOutputHelper output)
{
    /// <summary>Fewer than the writers of two instances, so that these change places.</summary>
    private const int Connections = 3;

    private static readonly int Acknowledgements = Effort.Of(400, 2_000, 20_000);

    [PgBouncerFact]
    public async Task Behind_A_Pooler_Everything_Is_Taken_And_Nothing_Is_Refused()
    {
        var server = new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase(fsync: true));
        using var pooler = await PgBouncer.StartAsync(server, Connections);

        await Stage.PlayAsync(output, instances: 2, pooler.ConnectionString, async stage =>
        {
            for (var round = 0; round < 4; round++)
            {
                await stage.Journal.Acknowledged.GrowsByAsync(Acknowledgements / 4).WaitAsync(Stage.Patience);
                await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
            }

            Assert.Equal(Connections, await ConnectionsAsync(server));
            Assert.True(stage.Journal.Refused.Value == 0, stage.Fleet.Output);
        });
    }

    private static async Task<long> ConnectionsAsync(NpgsqlConnectionStringBuilder server)
    {
        using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> "
            + "pg_backend_pid()");
    }
}
