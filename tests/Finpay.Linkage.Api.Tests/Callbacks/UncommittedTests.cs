using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>A 200 is sent only after the commit; if the commit fails, a 500 makes Finnet send again.</summary>
public sealed class UncommittedTests
{
    [Theory]
    [InlineData("DROP TABLE upgrade_history; DROP TABLE notifications")]
    [InlineData("CREATE TRIGGER full BEFORE INSERT ON notifications BEGIN SELECT RAISE(ABORT, 'planned'); END")]
    public async Task What_Can_Not_Be_Committed_Is_5000000_And_Taken_When_It_Comes_Again(string sql)
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved", "some-other-reference");
        host.ExecuteSql(sql);

        AssertEnvelope(await host.NotifyAsync("KYC Approved"), "5000000", "General Error");
        AssertEnvelope(await host.CallbackAsync("not json"), "5000000", "General Error");

        if (sql.StartsWith("CREATE", StringComparison.Ordinal))
        {
            host.ExecuteSql("DROP TRIGGER full");
            AssertEnvelope(await host.NotifyAsync("KYC Approved"), "2000000");
        }
    }

    [Fact]
    public async Task A_Slow_Database_Is_5000000_Within_Three_Seconds()
    {
        await using var host = new ApiHost();
        var queue = host.Services.GetRequiredService<WriteQueue>();
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync(
            "key",
            _ =>
            {
                running.Set();
                return gate.Wait(TimeSpan.FromSeconds(30));
            },
            persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));

        var calling = host.NotifyAsync("KYC Approved");
        while (!host.Clock.IsAwaitedIn(TimeSpan.FromSeconds(2)))
            await Task.Yield();
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        var answer = await calling;
        gate.Set();
        await blocker;

        AssertEnvelope(answer, "5000000", "General Error");
        Assert.Empty(await host.NotificationsAsync());
    }
}
