using System.Collections.Concurrent;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Merchants and Finnet at the same time: each repeats what was not acknowledged.</summary>
internal sealed class Traffic(ApiFleet fleet, Journal journal)
{
    private const int Recent = 20;

    // Who was refused comes again, but not at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly List<Upgrade> known = [];
    private readonly ConcurrentQueue<Upgrade> unsettled = new();

    /// <summary>How long each caller rests between its calls.</summary>
    public TimeSpan Rest { get; set; }

    public Task RunAsync(int clients, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => RunClientAsync(stop), CancellationToken.None)));

    private async Task RunClientAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await (Random.Shared.Next(12) switch
            {
                < 3 => CreateAsync(journal.AddUpgrade()),
                3 => CreateTwiceAtOnceAsync(journal.AddUpgrade()),
                < 6 => CreateAgainAsync(),
                6 => DeliverAsync(journal.AddNotification(null)),
                7 => NotifyUnsettledAsync(),
                8 => DeliverThreeTimesAtOnceAsync(),
                _ => NotifyAsync(),
            });
            if (Rest > TimeSpan.Zero)
                await Task.Delay(Rest, CancellationToken.None);
        }
    }

    private Task CreateTwiceAtOnceAsync(Upgrade upgrade) => Task.WhenAll(CreateAsync(upgrade), CreateAsync(upgrade));

    private Task CreateAgainAsync()
    {
        if (!unsettled.TryDequeue(out var upgrade))
            return Task.CompletedTask;
        if (upgrade.DueAt <= DateTimeOffset.UtcNow)
            return CreateAsync(upgrade);
        unsettled.Enqueue(upgrade);
        return NotifyAsync();
    }

    private async Task CreateAsync(Upgrade upgrade)
    {
        var api = await fleet.PickAsync();
        var call = new CreateCall();
        upgrade.Calls.Enqueue(call);
        var reply = await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", upgrade.Json, TestSettings.MerchantKey);
        (call.Reply, call.EndedAt) = (reply, DateTimeOffset.UtcNow);
        if (reply.Status is 200 or 201 || (reply.Status == 409 && !call.IsInProgress))
        {
            Settle(upgrade, reply);
            return;
        }

        if (reply.Status is not (null or 409 or >= 500))
            throw new InvalidOperationException($"A create call was answered {reply.Status}: {reply.Body}");
        if (reply.RetryAfter > ApiFleet.Lease)
            throw new InvalidOperationException($"A create call was told to wait for {reply.RetryAfter}, longer than any lease.");
        upgrade.DueAt = DateTimeOffset.UtcNow + (reply.RetryAfter ?? TimeSpan.Zero);
        unsettled.Enqueue(upgrade);
        if (reply.Status >= 500)
            await RefusedAsync();
    }

    private void Settle(Upgrade upgrade, Reply reply)
    {
        upgrade.HasWidget |= reply.Status != 409 && (string)reply.Body!["status"]! == "widgetIssued";
        upgrade.IsKnown = true;
        lock (gate)
            known.Add(upgrade);
        journal.Acknowledged.Increment();
    }

    private Task NotifyUnsettledAsync()
    {
        if (!unsettled.TryDequeue(out var upgrade))
            return NotifyAsync();
        unsettled.Enqueue(upgrade);
        return upgrade.MayBeOvertaken ? DeliverAsync(journal.AddNotification(upgrade)) : NotifyAsync();
    }

    // New content or an earlier one; of one upgrade the outcomes differ often enough to contradict each other.
    private Task NotifyAsync()
    {
        if (PickKnown() is not { } upgrade)
            return Task.CompletedTask;
        var again = Random.Shared.Next(2) == 0 ? upgrade.Notifications.FirstOrDefault() : null;
        return DeliverAsync(again ?? journal.AddNotification(upgrade));
    }

    private Task DeliverThreeTimesAtOnceAsync()
    {
        if (PickKnown() is not { } upgrade)
            return Task.CompletedTask;
        var notification = journal.AddNotification(upgrade);
        return Task.WhenAll(DeliverAsync(notification), DeliverAsync(notification), DeliverAsync(notification));
    }

    private Upgrade? PickKnown()
    {
        lock (gate)
        {
            var oldest = Random.Shared.Next(4) == 0 ? 0 : Math.Max(0, known.Count - Recent);
            return known.Count == 0 ? null : known[Random.Shared.Next(oldest, known.Count)];
        }
    }

    private async Task DeliverAsync(Notification notification)
    {
        while (true)
        {
            var api = await fleet.PickAsync();
            notification.CountSent();
            var reply = await api.SendAsync(HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}", notification.Json);
            journal.Callbacks.Enqueue(new CallbackAnswer(DateTimeOffset.UtcNow, reply));
            if (reply.Status == 200)
                break;
            if (reply.Status is not null && (reply.Status, (string?)reply.Body!["responseCode"]) != (500, "5000000"))
                throw new InvalidOperationException($"A callback was answered {reply.Status}: {reply.Body}");
            if (reply.Status is not null)
                await RefusedAsync();
        }

        notification.CountAcknowledged();
        journal.Acknowledged.Increment();
    }

    private Task RefusedAsync()
    {
        journal.Refused.Increment();
        return Task.Delay(Pause);
    }
}
