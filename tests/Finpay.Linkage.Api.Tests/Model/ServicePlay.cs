using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>
/// Plays one script against the whole service, and reads the result only through the public API. A call waits for Finnet until the
/// script answers it, so nothing depends on timing. An attempt ends before its lease, so it must end before time passes.
/// </summary>
internal sealed class ServicePlay : IAsyncDisposable
{
    private static readonly (string, string?) SettleWithin = ("Upgrades:SettleWithin", $"{World.SettleWithin}");

    private readonly Oracle oracle;
    private readonly Dictionary<string, (FinnetStub.HeldAnswer Answer, Task<Answer> Call)> underWay = new(StringComparer.Ordinal);
    private ApiHost host = ApiHost.With(SettleWithin);
    private FinnetStub.HeldAnswer next;

    public ServicePlay()
    {
        oracle = new Oracle(host.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        next = host.Finnet.Holds();
    }

    public async Task RunAsync(Script script)
    {
        foreach (var (index, command) in script.Commands.Index())
        {
            await StepAsync(command, $"attempt-{index + 1}");
            await CompareAsync($"After command {index + 1}, {command}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        host.Finnet.Abort();
        await Task.WhenAll(underWay.Values.Select(one => one.Call));
        await host.DisposeAsync();
    }

    private async Task StepAsync(Command command, string attemptName)
    {
        switch (command)
        {
            case Begin begin:
                await CallAsync(begin, attemptName);
                break;
            case End end when oracle.Ending(end) is { } attempt:
                await EndAsync(attempt, end.Answer is FinnetSays.NotReached or FinnetSays.Busy ? FinnetSays.Refused : end.Answer);
                break;
            case Notify notify:
                var ours = oracle.Notify(notify);
                var reply = await host.NotifyAsync(
                    World.Outcomes[notify.Outcome][notify.Form], World.References[notify.Reference], World.Messages[notify.Message],
                    World.Phones[notify.Phone][notify.Form], World.Merchants[notify.Merchant]);
                Assert.Equal(ours ? 200 : 404, reply.Status);
                Pass(1);
                break;
            case Advance advance:
                while (advance.Milliseconds > 1 && oracle.Ending(new End(0, FinnetSays.NoAnswer)) is { } slow)
                    await EndAsync(slow, FinnetSays.NoAnswer);
                Pass(advance.Milliseconds);
                break;
            case Crash:
                await CrashAsync();
                break;
        }
    }

    private async Task CallAsync(Begin begin, string attemptName)
    {
        var (decision, _) = oracle.Begin(begin, attemptName);
        var client = begin.Owner == 0 ? host.Merchant : host.Other;
        var call = client.CreateAsync(JsonSerializer.Serialize(new
        {
            partnerReferenceNo = World.References[begin.Reference],
            phoneNo = World.Phones[begin.Phone][0],
            redirectFinalUrl = $"https://shop.example/{begin.Content}",
        }));
        await Task.WhenAny(call, next.Arrived.Task);
        Assert.True(decision == "Begun" == next.Arrived.Task.IsCompleted, $"{begin} was expected to come to {decision}");
        if (decision != "Begun")
        {
            Assert.Equal(decision == "Replay" ? 200 : 409, (await call).Status);
            return;
        }

        underWay.Add(attemptName, (next, call));
        next = host.Finnet.Holds();
    }

    private async Task EndAsync(ModelAttempt attempt, FinnetSays answer)
    {
        var (held, call) = underWay[attempt.Name];
        underWay.Remove(attempt.Name);
        Assert.True(oracle.End(attempt, answer));
        Tell(held, answer);
        await Task.WhenAny(call, next.Arrived.Task);
        // After an attempt that may have arrived the service asks again, and Finnet repeats its answer.
        Assert.Equal(answer == FinnetSays.Duplicate && attempt.MayHaveArrived, next.Arrived.Task.IsCompleted);
        if (next.Arrived.Task.IsCompleted)
        {
            Tell(next, answer);
            next = host.Finnet.Holds();
        }

        await call;
    }

    private static void Tell(FinnetStub.HeldAnswer held, FinnetSays answer)
    {
        if (answer == FinnetSays.NoAnswer)
            held.Answer.SetException(new HttpRequestException("The connection broke"));
        else if (answer == FinnetSays.Issued)
            held.Issues();
        else
            held.Answers(World.Code(answer)!);
    }

    private async Task CrashAsync()
    {
        oracle.Crash(0);
        var crashed = host.KeepingData();
        crashed.Kill();
        await Task.WhenAll(underWay.Values.Select(one => one.Call));
        underWay.Clear();
        await crashed.DisposeAsync();
        host = crashed.Successor(SettleWithin);
        next = host.Finnet.Holds();
    }

    private void Pass(int milliseconds)
    {
        oracle.Advance(milliseconds);
        host.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }

    private async Task CompareAsync(string when)
    {
        var expected = oracle.Seen;
        var lines = new List<string>();
        foreach (var upgrade in expected.Upgrades)
        {
            lines.Add($"{upgrade.Reference} {upgrade.Status} widget {upgrade.Status == "widgetIssued"}");
            lines.AddRange(expected.History.Where(step => step.Reference == upgrade.Reference)
                .Select(step => $"- {step.Status} {step.Source} {step.Code} {step.Via}"));
        }

        lines.AddRange(expected.Inbox.Select(notice => $"{notice.Number} {notice.Reference} {notice.Disposition} {notice.Deliveries}"));
        Assert.True(
            lines.SequenceEqual(await SeeAsync()),
            $"{when}:\n{string.Join('\n', lines)}\nwas expected, but it is\n{string.Join('\n', await SeeAsync())}");
    }

    private async Task<List<string>> SeeAsync()
    {
        var lines = new List<string>();
        foreach (var reference in World.References)
        {
            var upgrade = await host.ReadUpgradeAsync(reference);
            if (upgrade.Status == 404)
                continue;
            lines.Add($"{reference} {upgrade["status"]} widget {upgrade["widgetUrl"] is not null}");
            lines.AddRange(upgrade.Json.GetProperty("history").EnumerateArray().Select(
                step => $"- {Text(step, "status")} {Text(step, "source")} {Text(step, "responseCode")} {Text(step, "viaReference")}"));
        }

        var inbox = (await host.NotificationsAsync("?limit=200")).Reverse();
        lines.AddRange(inbox.Select((notice, index) =>
            $"{index + 1} {Text(notice, "partnerReferenceNo")} {Text(notice, "disposition")} {Text(notice, "deliveries")}"));
        return lines;
    }

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.ToString() : null;
}
