using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Watching;

/// <summary>POST /v1/account-upgrades/ask-again: overdue records in the background, oldest first, each once.</summary>
public sealed class AskManyTests : WatchedHost
{
    private static readonly string[] References = ["overdue-0001", "overdue-0002", "overdue-0003", "overdue-0004"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task It_Asks_About_Overdue_Records_Oldest_First_And_About_Each_Once(bool postgres)
    {
        await using var host = Host(postgres);
        await FillAsync(host);
        await CreateAsync(host, "2020000", "not-overdue-yet");

        var answer = await AskManyAsync(host);

        Assert.Equal((202, "4"), (answer.Status, answer.Json.GetProperty("count").ToString()));
        foreach (var reference in References)
        {
            host.Finnet.Answers("2000002");
            Assert.True(await StepAsync(host));
            Assert.Equal("approved", await host.StatusOfAsync(reference));
        }

        Assert.False(await StepAsync(host));
        Assert.Equal(References.Select(reference => $"{reference} approved"), Children(host));
        Assert.Equal("inProcess", await host.StatusOfAsync("not-overdue-yet"));
        Assert.Equal(["operators"], host.Query<string>("SELECT actor FROM audit WHERE action = 'askAgainMany'"));
        Assert.Equal(4, host.Query<string>("SELECT actor FROM audit WHERE action = 'askAgain' AND actor = 'operators'").Count);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Dry_Run_Counts_And_The_Limits_Hold(bool postgres)
    {
        await using var host = Host(postgres);
        await FillAsync(host);
        var second = (await host.ReadUpgradeAsync(References[1]))["createdAt"];

        Assert.Equal(4, await CountAsync("""{"dryRun":true}"""));
        Assert.Equal(2, await CountAsync("""{"dryRun":true,"limit":2}"""));
        Assert.Equal(3, await CountAsync($$"""{"dryRun":true,"createdFrom":"{{second}}"}"""));
        Assert.Equal(1, await CountAsync($$"""{"dryRun":true,"createdTo":"{{second}}"}"""));
        Assert.Empty(Queued(host));
        Assert.Equal(1, await CountAsync("""{"limit":1}"""));
        // What waits already is not counted again.
        Assert.Equal(3, await CountAsync("{}"));
        Assert.Equal(References, Queued(host));
        foreach (var wrong in new[] { """{"limit":0}""", """{"createdFrom":"yesterday"}""", """{"status":"inDoubt"}""" })
            Assert.Equal(400, (await AskManyAsync(host, wrong)).Status);
        Assert.Equal(403, (await host.Merchant.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/ask-again", "{}")).Status);

        async Task<long> CountAsync(string json) => (await AskManyAsync(host, json)).Json.GetProperty("count").GetInt64();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_Nobody_Can_Ask_About_Is_Not_Counted(bool postgres)
    {
        await using var host = Host(postgres);
        await FillAsync(host);
        Change(host, $"UPDATE upgrades SET merchant_id = 'REMOVED' WHERE partner_reference_no = '{References[0]}'");
        await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{References[1]}/redact", "{}");

        Assert.Equal("2", (await AskManyAsync(host)).Json.GetProperty("count").ToString());
        Assert.Equal(References[2..], Queued(host));
        var removed = await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{References[0]}/ask-again", "{}");
        Assert.Equal((409, "not-askable"), (removed.Status, removed.Problem));
        Assert.Contains("merchant is not in the settings", removed["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task At_Most_Five_A_Second_By_All_Instances_Together(bool postgres)
    {
        await using var host = Host(postgres);
        await FillAsync(host);
        await AskManyAsync(host);
        host.Finnet.Answers("2020000");
        var (one, two) = (Another(host), Another(host));

        for (var step = 0; step < 3; step++)
        {
            Assert.True(await one.StepAsync(CancellationToken.None));
            Assert.True(await two.StepAsync(CancellationToken.None));
        }

        await Task.WhenAll(one.EndAsync(), two.EndAsync());
        // The server's clock goes on by itself while the test runs.
        Assert.InRange(Queued(host).Count, postgres ? 0 : 3, 3);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Instances_That_Work_At_The_Same_Time_Ask_About_Each_Once(bool postgres)
    {
        await using var host = Host(postgres);
        await FillAsync(host);
        await AskManyAsync(host);
        var instances = Enumerable.Range(0, 4).Select(_ => Another(host)).ToList();
        foreach (var _ in References)
            host.Finnet.Answers("2020000");

        while (Queued(host).Count > 0)
        {
            await Task.WhenAll(instances.Select(instance => instance.StepAsync(CancellationToken.None)));
            Pass(host, AskAgainQueue.Pace);
        }

        await Task.WhenAll(instances.Select(instance => instance.EndAsync()));
        Assert.Equal(References.Select(reference => $"{reference} inProcess"), Children(host));
    }

    [Fact]
    public async Task A_Restart_Goes_On_With_The_Rest_And_Asks_About_None_Twice()
    {
        var host = Host(postgres: false).KeepingData();
        await FillAsync(host);
        await AskManyAsync(host);
        host.Finnet.Answers("2020000");
        await StepAsync(host);
        // This one has been sent when the process dies.
        var held = host.Finnet.Holds();
        var queue = host.Services.GetRequiredService<AskAgainQueue>();
        await queue.StepAsync(CancellationToken.None);
        await held.Arrived.Task;
        host.Kill();
        await queue.EndAsync();
        await host.DisposeAsync();

        await using var next = ByHand(host.Successor());
        Pass(next, TimeSpan.FromSeconds(1));
        next.Finnet.Answers("2020000");
        next.Finnet.Answers("2020000");
        Assert.True(await StepAsync(next));
        Assert.True(await StepAsync(next));
        Assert.False(await StepAsync(next));

        Assert.Equal(
            ["overdue-0001 inProcess", "overdue-0002 requested", "overdue-0003 inProcess", "overdue-0004 inProcess"], Children(next));
    }

    [Fact]
    public async Task What_Has_An_Open_Widget_Is_Not_Counted_Again()
    {
        var host = Host(postgres: false);
        await using var _ = host;
        await FillAsync(host);
        host.Finnet.Issues();
        await AskAsync(host.Merchant, References[0]);

        var answer = await AskManyAsync(host, """{"dryRun":true}""");

        Assert.Equal("3", answer.Json.GetProperty("count").ToString());
        var children = await host.Ops.GetAnswerAsync($"/v1/account-upgrades?askedFor={References[0]}");
        Assert.Equal(References[0], Assert.Single(children.Items).GetProperty("askedFor").GetString());
    }

    [Fact]
    public async Task What_Has_Changed_Meanwhile_Is_Passed_Over()
    {
        await using var host = Host(postgres: false);
        await FillAsync(host);
        await AskManyAsync(host);
        await host.NotifyAsync("KYC Approved", References[0], phone: "6281295288710");
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{References[1]}/redact", [], contentType: null);
        Change(host, $"UPDATE upgrades SET phone_no = x'00' WHERE partner_reference_no = '{References[2]}'");
        // Finnet says something new about the last one.
        await CreateAsync(host, "2000000", References[3], "081295288713");

        while (await StepAsync(host))
            Assert.Empty(Children(host));

        Assert.Empty(Children(host));
        Assert.Empty(Queued(host));
    }

    [Fact]
    public async Task The_Service_Works_Through_It_By_Itself_And_A_Failure_Of_Finnet_Does_Not_Stop_It()
    {
        var host = new ApiHost();
        await using var _ = host;
        await FillAsync(host);
        foreach (var code in new[] { "5000000", "2020000", "2020000", "2000002" })
            host.Finnet.Answers(code);
        await AskManyAsync(host);

        while (Queued(host).Count > 0 || Children(host).Count < 4)
        {
            host.Clock.Advance(AskAgainQueue.Pace);
            await Task.Yield();
        }

        Assert.Equal(4, Children(host).Count);
    }

    private static AskAgainQueue Another(ApiHost host) => ActivatorUtilities.CreateInstance<AskAgainQueue>(host.Services);

    private static List<string> Queued(ApiHost host) =>
        host.Query<string>("SELECT partner_reference_no FROM ask_again_queue ORDER BY created_at, partner_reference_no");

    private static async Task FillAsync(ApiHost host)
    {
        foreach (var (index, reference) in References.Index())
        {
            await CreateAsync(host, "2020000", reference, $"08129528871{index}");
            Pass(host, TimeSpan.FromMinutes(1));
        }

        Pass(host, TimeSpan.FromDays(2));
    }
}
