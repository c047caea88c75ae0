using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>Calls with one reference that overlap, and attempts that may have arrived.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task A_Running_Call_Keeps_Others_Waiting_For_The_Rest_Of_Its_Lease()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var first = host.CreateAsync();
        await held.Arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        var second = await host.CreateAsync();
        held.Issues();

        Assert.Equal((409, "request-in-progress", "40"), (second.Status, second.Problem, second.Headers["Retry-After"]));
        Assert.Equal(Calls.Reference, second["partnerReferenceNo"]);
        Assert.False(second.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal(201, (await first).Status);
        Assert.Equal(200, (await host.CreateAsync()).Status);
        Assert.Single(host.Finnet.Sent);
    }

    [Fact]
    public async Task Sixty_Four_Identical_Calls_At_Once_Ask_Finnet_Once()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calls = Enumerable.Range(0, 64).Select(_ => host.CreateAsync()).ToList();
        await held.Arrived.Task;
        while (calls.Count > 1)
        {
            var ended = await Task.WhenAny(calls);
            Assert.Equal(409, (await ended).Status);
            calls.Remove(ended);
        }

        held.Issues();

        Assert.Equal(201, (await calls[0]).Status);
        Assert.Single(host.Finnet.Sent);
    }

    [Theory]
    [InlineData(19, 3, 409, "duplicate-reference")]
    [InlineData(20, 2, 504, "finnet-timeout")]
    public async Task Asking_Once_More_Never_Outlives_The_Lease(int secondsUntilAnswer, int asked, int status, string problem)
    {
        await using var host = ApiHost.With(("Finnet:AttemptTimeout", "00:00:25"));
        host.Finnet.BreaksAfterSending();
        await host.CreateAsync();
        var held = host.Finnet.Holds();
        host.Finnet.Answers("4090001");

        var second = host.CreateAsync();
        await held.Arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(secondsUntilAnswer));
        held.Answers("4090001");
        var answer = await second;

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.Equal(asked, host.Finnet.Sent.Count);
        Assert.Equal("inDoubt", await host.StatusOfAsync());
    }

    [Fact]
    public async Task After_A_Crash_The_Lease_Runs_Out_And_The_Next_Call_Asks()
    {
        await using var crashed = await CrashAsync();
        await using var host = crashed.Successor();
        host.Finnet.Issues();

        host.Clock.Advance(TimeSpan.FromMilliseconds(44_999));
        var early = await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var answer = await host.CreateAsync();

        Assert.Equal((409, "1"), (early.Status, early.Headers["Retry-After"]));
        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task After_A_Crash_A_Duplicate_Reference_Is_Asked_Once_More_And_Can_Still_Succeed()
    {
        await using var crashed = await CrashAsync();
        await using var host = crashed.Successor();
        host.Clock.Advance(TimeSpan.FromSeconds(45));
        host.Finnet.Answers("4090001").Answers("2020000");

        var answer = await host.CreateAsync();

        Assert.Equal((200, "inProcess"), (answer.Status, answer["status"]));
        Assert.Equal(2, host.Finnet.Sent.Count);
        Assert.Equal(host.Finnet.Sent[0].Body, host.Finnet.Sent[1].Body);
    }

    [Fact]
    public async Task After_A_Crash_A_Duplicate_Reference_That_Stays_Is_In_Doubt_And_Replayed()
    {
        await using var crashed = await CrashAsync();
        await using var host = crashed.Successor();
        host.Clock.Advance(TimeSpan.FromSeconds(45));
        host.Finnet.Answers("4090001").Answers("4090001");

        var answer = await host.CreateAsync();
        var again = await host.CreateAsync();

        Assert.Equal((409, "duplicate-reference", "inDoubt"), (answer.Status, answer.Problem, await host.StatusOfAsync()));
        Assert.Equal((409, "duplicate-reference", "true"), (again.Status, again.Problem, again.Headers["Idempotent-Replayed"]));
        Assert.Equal(2, host.Finnet.Sent.Count);
    }

    [Theory]
    [InlineData(false, "4090001", 2, "inDoubt")]
    [InlineData(true, "4090001", 1, "failed")]
    public async Task A_Duplicate_Reference_Is_Asked_Twice_Only_After_What_May_Have_Arrived(
        bool definite, string code, int asked, string status)
    {
        await using var host = new ApiHost();
        if (definite)
            host.Finnet.Answers("4000000");
        else
            host.Finnet.BreaksAfterSending();
        await host.CreateAsync();
        for (var call = 0; call < asked; call++)
            host.Finnet.Answers(code);

        var answer = await host.CreateAsync();

        Assert.Equal((409, status), (answer.Status, await host.StatusOfAsync()));
        Assert.Equal(asked + 1, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task A_Late_Attempt_Only_Adds_To_The_History()
    {
        await using var host = new ApiHost();
        var late = await AnsweredLateAsync(host);

        Assert.Equal((200, "widgetIssued"), (late.Status, late["status"]));
        var upgrade = await host.ReadUpgradeAsync();
        Assert.Equal("widgetIssued", upgrade["status"]);
        Assert.Equal(
            ["2000000", "2000001"],
            upgrade.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("responseCode").GetString()));
        Assert.All(
            upgrade.Json.GetProperty("history").EnumerateArray(),
            step => Assert.Equal("widgetIssued", step.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_Follows_A_Late_Attempt_Stands_After_It_In_The_History_Even_When_The_Clock_Is_Set_Back()
    {
        await using var host = new ApiHost();
        await AnsweredLateAsync(host);

        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddMilliseconds(-1));
        await host.NotifyAsync("KYC Approved");

        var history = (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray()
            .Select(step => step.GetProperty("status").GetString());
        Assert.Equal(["widgetIssued", "widgetIssued", "approved"], history);
    }

    [Fact]
    public async Task Retry_After_Counts_Down()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var first = host.CreateAsync();
        await held.Arrived.Task;
        var waits = new List<int>();
        for (var second = 0; second < 3; second++)
        {
            waits.Add(int.Parse((await host.CreateAsync()).Headers["Retry-After"], CultureInfo.InvariantCulture));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        held.Issues();
        await first;

        Assert.Equal([45, 44, 43], waits);
    }

    [Fact]
    public async Task Retry_After_Is_Never_Longer_Than_A_Lease_When_The_Clock_Is_Set_Back()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var first = host.CreateAsync();
        await held.Arrived.Task;
        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddMilliseconds(-1));

        var second = await host.CreateAsync();
        held.Issues();
        await first;

        Assert.Equal((409, "45"), (second.Status, second.Headers["Retry-After"]));
    }

    /// <summary>An attempt that is told 2000001 after another one took its record over and was issued a widget.</summary>
    private static async Task<Answer> AnsweredLateAsync(ApiHost host)
    {
        var slow = host.Finnet.Holds();
        host.Finnet.Issues();
        var first = host.CreateAsync();
        await slow.Arrived.Task;
        // As a clock that jumped would do it: in good order an attempt ends before its lease.
        host.ExecuteSql("UPDATE upgrades SET lease_until = 0");
        Assert.Equal(201, (await host.CreateAsync()).Status);
        slow.Answers("2000001");
        return await first;
    }

    /// <summary>A process that ends while it waits for Finnet: the record stays leased.</summary>
    private static async Task<ApiHost> CrashAsync()
    {
        var host = new ApiHost().KeepingData();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;
        host.Kill();
        Assert.Equal(503, (await calling).Status);
        return host;
    }
}
