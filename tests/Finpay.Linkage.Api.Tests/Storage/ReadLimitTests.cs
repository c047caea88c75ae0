using Dapper;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Reads are bounded, so that an instance takes no more connections than it is given.</summary>
public sealed class ReadLimitTests
{
    [PostgresFact]
    public async Task Of_Many_Reads_At_Once_Some_Run_Some_Wait_And_The_Rest_Is_Told_To_Come_Again()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        host.Finnet.Issues();
        await host.CreateAsync();
        await using var foreign = new NpgsqlConnection(database.ConnectionString);
        await foreign.OpenAsync();
        await using var transaction = await foreign.BeginTransactionAsync();
        await foreign.ExecuteAsync("LOCK TABLE upgrades IN ACCESS EXCLUSIVE MODE", transaction: transaction);

        var reads = Enumerable.Range(0, 300).Select(number => number % 2 == 0
            ? host.Ops.GetAnswerAsync("/v1/account-upgrades")
            : host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).ToList();
        var refused = new List<Answer>();
        while (refused.Count < 300 - ReadLimit.Most)
        {
            var ended = await Task.WhenAny(reads).WaitAsync(TimeSpan.FromSeconds(30));
            reads.Remove(ended);
            refused.Add(await ended);
        }

        Assert.All(refused, answer => Assert.Equal(
            (503, "store-unavailable", "1"), (answer.Status, answer.Problem, answer.Headers["Retry-After"])));
        Assert.All(reads, read => Assert.False(read.IsCompleted));
        Assert.Equal(200, (await host.Anonymous.GetAnswerAsync("/health/ready")).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        for (var late = 0; late < ReadLimit.Most - ReadLimit.AtOnce; late++)
        {
            var ended = await Task.WhenAny(reads).WaitAsync(TimeSpan.FromSeconds(30));
            reads.Remove(ended);
            Assert.Equal(503, (await ended).Status);
        }

        await transaction.RollbackAsync();
        Assert.All(await Task.WhenAll(reads), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await host.Ops.GetAnswerAsync("/v1/account-upgrades")).Status);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData(";Maximum Pool Size=50", 50)]
    public void A_Pool_Is_As_Large_As_An_Instance_Needs_Unless_It_Says_Otherwise(string more, int size) =>
        Assert.Equal(size, PostgreSqlDatabase.Complete($"Host=db;Database=linkage{more}").MaxPoolSize);
}
