using System.Net.Http.Headers;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>How events are sent: at once, signed, in order, again, and when not any more.</summary>
public sealed class DispatchTests : IDisposable
{
    private readonly EventReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task A_Result_Is_Sent_At_Once_As_The_Contract_Says()
    {
        await using var host = receiver.Host(("Events:Endpoints:0:Secrets:1", EventReceiver.NextSecret));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "blurred photo & more");

        var message = await receiver.NextAsync();
        var delivered = await host.UntilStateAsync("delivered");

        Assert.Equal("https://shop.example/events", message.Url.ToString());
        Assert.Equal(delivered.Text("eventId"), message.Id);
        Assert.Matches("^evt_[0-9a-f]{32}$", message.Id);
        Assert.Equal(ManualClock.Start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), message.Timestamp);
        Assert.True(EventReceiver.Fits(message, EventReceiver.Secret) && EventReceiver.Fits(message, EventReceiver.NextSecret));
        Assert.Equal(
            $$$"""
            {"type":"account_upgrade.rejected","timestamp":"2026-03-01T18:04:05.678Z",
            "data":{"partnerReferenceNo":"{{{Calls.Reference}}}","status":"rejected","version":3,"kycMessage":"blurred photo & more"}}
            """.ReplaceLineEndings(""),
            message.Json.ToString());
        Assert.Equal(("1", "shop"), (delivered.Text("attempts"), delivered.Text("endpoint")));
        Assert.False(delivered.TryGetProperty("nextAttemptAt", out _) || delivered.TryGetProperty("lastError", out _));
    }

    [Fact]
    public async Task What_Failed_Is_Sent_Again_With_The_Same_Id_By_The_Schedule_And_Is_Dead_After_Ten_Attempts()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        string[] waits = ["00:00:05", "00:05:00", "00:30:00", "02:00:00", "05:00:00", "10:00:00", "14:00:00", "20:00:00", "1.00:00:00"];

        var failed = await host.UntilAttemptsAsync(1);
        foreach (var (index, text) in waits.Index())
        {
            var wait = TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            var due = failed.GetProperty("nextAttemptAt").GetDateTimeOffset() - host.Clock.GetUtcNow();
            Assert.InRange(due, wait * 0.9 - TimeSpan.FromMilliseconds(1), wait * 1.1);
            Assert.Equal(("pending", "HTTP 500"), (failed.Text("state"), failed.Text("lastError")));
            host.Pass(due + TimeSpan.FromSeconds(1));
            failed = await host.UntilAttemptsAsync(index + 2);
        }

        Assert.Equal("dead", failed.Text("state"));
        Assert.Equal(10, receiver.All.Count);
        Assert.Single(receiver.All.Select(message => message.Id).Distinct());
        Assert.Equal(10, receiver.All.Select(message => message.Timestamp).Distinct().Count());
        // One line for the change, however many attempts failed.
        Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Warning && line.Id.Id is >= 1500 and < 1600);
    }

    [Fact]
    public async Task After_410_It_Is_Dead_At_Once()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(410);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");

        var dead = await host.UntilStateAsync("dead");

        Assert.Equal(("1", "HTTP 410"), (dead.Text("attempts"), dead.Text("lastError")));
    }

    [Theory]
    [InlineData(503, 7200)]
    [InlineData(429, 7200)]
    [InlineData(500, 5)]
    public async Task Retry_After_Counts_On_429_And_503_Alone(int status, int seconds)
    {
        await using var host = receiver.Host();
        receiver.Answers = (_, _) =>
        {
            var response = EventReceiver.Status(status);
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(2));
            return Task.FromResult(response);
        };
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");

        var failed = await host.UntilAttemptsAsync(1);

        Assert.InRange(
            (failed.GetProperty("nextAttemptAt").GetDateTimeOffset() - host.Clock.GetUtcNow()).TotalSeconds, seconds * 0.89, seconds * 1.1);
    }

    [Fact]
    public async Task A_Retry_After_That_Is_Too_Large_For_The_Framework_Is_A_Day()
    {
        await using var host = receiver.Host();
        receiver.Answers = (_, _) =>
        {
            var response = EventReceiver.Status(503);
            response.Headers.TryAddWithoutValidation("Retry-After", "99999999999");
            return Task.FromResult(response);
        };
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");

        var failed = await host.UntilAttemptsAsync(1);

        Assert.Equal(TimeSpan.FromHours(24), failed.GetProperty("nextAttemptAt").GetDateTimeOffset() - host.Clock.GetUtcNow());
    }

    [Fact]
    public async Task An_Attempt_That_Takes_Too_Long_Has_Failed()
    {
        await using var host = receiver.Host();
        receiver.Answers = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return EventReceiver.Status(200);
        };
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await receiver.NextAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal("timeout", (await host.UntilAttemptsAsync(1)).Text("lastError"));
    }

    [Fact]
    public async Task A_Later_Event_Of_The_Reference_Waits_Until_The_Earlier_Is_Delivered_And_Others_Do_Not()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.IssueAsync("another-reference", "081295288913");
        await host.NotifyAsync("KYC Rejected", message: "1");
        await host.UntilAttemptsAsync(1);
        receiver.AnswersWith(200);

        await host.NotifyAsync("KYC Approved", message: "2");
        await host.NotifyAsync("KYC Approved", "another-reference", phone: "6281295288913");
        await host.UntilStateAsync("delivered", "?partnerReferenceNo=another-reference");
        const string Later = $"?type=account_upgrade.approved&partnerReferenceNo={Calls.Reference}";
        Assert.Equal("0", (await host.EventsAsync(Later))[0].Text("attempts"));
        host.Pass(TimeSpan.FromSeconds(6));
        await host.UntilStateAsync("delivered", Later);

        Assert.Equal(
            ["account_upgrade.rejected", "account_upgrade.rejected", "account_upgrade.approved"],
            receiver.All.Where(message => message.Reference == Calls.Reference).Select(message => message.Type));
    }

    [Fact]
    public async Task A_Later_Event_Goes_When_The_Earlier_Is_Dead()
    {
        await using var host = receiver.Host();
        receiver.Answers = (message, _) =>
            Task.FromResult(EventReceiver.Status(message.Type == "account_upgrade.rejected" ? 410 : 200));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "1");
        await host.NotifyAsync("KYC Approved", message: "2");

        await host.UntilStateAsync("delivered", "?type=account_upgrade.approved");
        Assert.Equal("dead", (await host.EventsAsync("?type=account_upgrade.rejected"))[0].Text("state"));
    }

    [Fact]
    public async Task At_Most_Sixteen_Are_Sent_At_Once_And_A_Hanging_Endpoint_Holds_Up_No_Other_And_No_Callback()
    {
        var (most, now) = (0, 0);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answers = async (message, _) =>
        {
            if (message.Url.Host == "quick.example")
                return EventReceiver.Status(200);
            lock (release)
                most = Math.Max(most, ++now);
            await release.Task;
            lock (release)
                now--;
            return EventReceiver.Status(200);
        };
        await using var host = receiver.Host(EventReceiver.Settings("quick", 1));
        for (var number = 10; number < 40; number++)
        {
            await host.IssueAsync($"reference-number-{number}", $"0812952889{number}");
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", $"reference-number-{number}", phone: $"62812952889{number}")).Status);
        }

        for (var number = 10; number < 40; number++)
            await host.UntilStateAsync("delivered", $"?endpoint=quick&partnerReferenceNo=reference-number-{number}");
        Assert.Equal(16, most);
        release.SetResult();
        for (var number = 10; number < 40; number++)
            await host.UntilStateAsync("delivered", $"?endpoint=shop&partnerReferenceNo=reference-number-{number}");

        Assert.Equal(16, most);
        Assert.Equal(60, receiver.All.Count);
    }

    [Fact]
    public async Task The_Message_Of_A_Redacted_Upgrade_Has_No_Reason_Any_More()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "planted-words");
        await host.UntilAttemptsAsync(1);
        Assert.Equal(200, (await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", "")).Status);

        host.Pass(TimeSpan.FromSeconds(6));
        await host.UntilAttemptsAsync(2);

        Assert.Equal(
            [true, false],
            receiver.All.Select(message => message.Json.ToString().Contains("planted-words", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_Record_That_Was_Settled_Through_Another_Owners_Reference_Says_Nothing_Of_That_One()
    {
        await using var host = receiver.Host();
        host.Finnet.Issues();
        await host.Other.CreateAsync($$"""{"partnerReferenceNo":"others-reference","phoneNo":"{{Calls.Phone}}"}""");
        host.Finnet.Answers("2020000");
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved", "others-reference", message: "for the other one");

        await host.UntilStateAsync("delivered", "?partnerReferenceNo=" + Calls.Reference);
        await host.UntilStateAsync("delivered", "?partnerReferenceNo=others-reference");

        var told = receiver.All.ToDictionary(message => message.Reference!, message => message.Json.GetProperty("data").ToString());
        Assert.Contains("for the other one", told["others-reference"], StringComparison.Ordinal);
        Assert.DoesNotContain("other", told[Calls.Reference], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Was_Not_Delivered_Before_A_Restart_Is_Delivered_After_It()
    {
        var host = receiver.Host().KeepingData();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await host.UntilAttemptsAsync(1);
        await host.DisposeAsync();
        receiver.AnswersWith(200);

        await using var next = receiver.Configured(host.Successor(EventReceiver.Settings("shop")));
        next.Pass(TimeSpan.FromSeconds(6));

        Assert.Equal("2", (await next.UntilStateAsync("delivered")).Text("attempts"));
        Assert.Single(receiver.All.Select(message => message.Id).Distinct());
    }

    [Fact]
    public async Task The_Claim_Of_A_Killed_Process_Ends_After_A_Minute()
    {
        var host = receiver.Host().KeepingData();
        var release = receiver.Hangs();
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await receiver.NextAsync();
        host.Kill();
        receiver.AnswersWith(200);

        await using var next = receiver.Configured(host.Successor(EventReceiver.Settings("shop")));
        next.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal("pending", (await next.EventsAsync())[0].Text("state"));
        next.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal("1", (await next.UntilStateAsync("delivered")).Text("attempts"));
        release.SetResult();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_Claim_That_Waits_Long_For_A_Busy_Database_Is_Not_Lost()
    {
        await using var host = receiver.Host();
        await host.IssueAsync();
        await host.Services.GetRequiredService<EventDispatcher>().StopAsync(CancellationToken.None);
        await host.NotifyAsync("KYC Approved");
        var writes = host.Services.GetRequiredService<WriteQueue>();
        using var gate = new ManualResetEventSlim();
        var busy = writes.ExecuteAsync("", _ => gate.Wait(TimeSpan.FromSeconds(30)), persistent: true, Timeout.InfiniteTimeSpan);
        var claiming = new EventStore(writes, host.Clock).ClaimAsync("shop", 16);

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        gate.Set();

        Assert.Single((await claiming).Deliveries);
        Assert.True(await busy);
    }

    [Fact]
    public async Task A_Stop_Waits_For_The_Attempts_Under_Way_And_After_Three_Seconds_Gives_Them_Back()
    {
        var host = receiver.Host().KeepingData();
        var (quick, slow) = (receiver.Hangs(), new TaskCompletionSource());
        var held = receiver.Answers;
        receiver.Answers = async (message, cancellationToken) =>
        {
            if (message.Reference == Calls.Reference)
                return await held(message, cancellationToken);
            await slow.Task.WaitAsync(cancellationToken);
            return EventReceiver.Status(200);
        };
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await receiver.NextAsync();
        await host.IssueAsync("slow-reference", "081295288913");
        await host.NotifyAsync("KYC Approved", "slow-reference", phone: "6281295288913");
        await receiver.NextAsync();

        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        var stopping = dispatcher.StopAsync(CancellationToken.None);
        quick.SetResult();
        await host.UntilStateAsync("delivered", "?partnerReferenceNo=" + Calls.Reference);
        Assert.False(stopping.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [(0L, "pending", null)],
            host.Query<(long, string, string?)>(
                "SELECT attempts, state, claim_id FROM event_deliveries WHERE partner_reference_no = 'slow-reference'"));
        await host.DisposeAsync();
        Directory.Delete(host.DataFolder, recursive: true);
    }
}
