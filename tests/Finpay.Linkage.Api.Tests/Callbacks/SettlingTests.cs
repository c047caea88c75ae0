using System.Diagnostics;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>A result settles all records of its phone that are in process, however many.</summary>
public sealed class SettlingTests
{
    private const int Others = 2000;

    [Fact]
    public async Task Two_Thousand_Records_Are_Settled_Within_A_Second_With_Sqlite()
    {
        await using var host = new ApiHost();
        await SettleAsync(host);
    }

    [PostgresFact]
    public async Task Two_Thousand_Records_Are_Settled_Within_A_Second_With_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        var statements = await SettleAsync(host);

        Assert.InRange(statements, 5, 15);
    }

    /// <returns>How many statements PostgreSQL was sent for the notification.</returns>
    private static async Task<int> SettleAsync(ApiHost host)
    {
        using var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection();
        var database = connection.Database;
        host.Finnet.Issues();
        await host.CreateAsync();
        Add(host);
        var count = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            // Other tests run at the same time, each in a database of its own.
            ActivityStopped = ended => count += ended.TagObjects.Any(tag => Equals(tag.Value, database)) ? 1 : 0,
        };
        ActivitySource.AddActivityListener(listener);

        var started = Stopwatch.GetTimestamp();
        var answer = await host.NotifyAsync("KYC Rejected");
        var elapsed = Stopwatch.GetElapsedTime(started);

        Assert.Equal(200, answer.Status);
        Assert.True(elapsed < TimeSpan.FromSeconds(1), $"{elapsed}");
        Assert.Equal(
            Others,
            host.Query<long>(
                """
                SELECT count(*) FROM upgrades JOIN upgrade_history AS line USING (partner_reference_no, version)
                WHERE upgrades.status = 'rejected' AND line.status = 'rejected' AND version = 2 AND via_reference = @Reference
                  AND line.at = upgrades.updated_at AND source = 'kycNotification' AND notification_id IS NOT NULL
                """,
                new { Calls.Reference })[0]);
        Assert.Equal(
            ["other-merchant inProcess", "other-phone inProcess"],
            host.Query<string>(
                """
                SELECT partner_reference_no || ' ' || status FROM upgrades
                WHERE partner_reference_no LIKE 'other-%' AND status <> 'rejected' ORDER BY 1
                """));
        return count;
    }

    private static void Add(ApiHost host)
    {
        using var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection();
        const string Columns = "owner, merchant_id, fingerprint, phone_hash, may_have_arrived, created_at, updated_at, status, version";
        const string Values = "fingerprint, phone_hash, may_have_arrived, created_at, updated_at, 'inProcess', 1";
        connection.Execute(
            $"""
             WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {Others})
             INSERT INTO upgrades (partner_reference_no, {Columns})
             SELECT 'other-' || number, owner, merchant_id, {Values} FROM upgrades, numbers WHERE partner_reference_no = @Reference;
             INSERT INTO upgrades (partner_reference_no, {Columns})
             SELECT 'other-merchant', owner, 'OTHER', {Values} FROM upgrades WHERE partner_reference_no = @Reference;
             INSERT INTO upgrades (partner_reference_no, {Columns})
             SELECT 'other-phone', owner, merchant_id, {Values} FROM upgrades WHERE partner_reference_no = @Reference;
             UPDATE upgrades SET phone_hash = fingerprint WHERE partner_reference_no = 'other-phone'
             """,
            new { Calls.Reference });
    }
}
