using System.Diagnostics;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Sends every kind of call to an instance whose database fails, and checks how long each answer takes.</summary>
internal sealed class FaultWitness(ApiProcess api, Journal journal)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly List<Notification> refused = [];

    public TimeSpan Slowest { get; private set; }

    public int Acknowledged { get; private set; }

    /// <summary>Completes when every call that needs the database is refused. A full disk may still have room for a few.</summary>
    public async Task SeeRefusalsAsync()
    {
        while (await NotifyAsync(journal.AddNotification(null)) != 500)
            Assert.Equal(200, await LiveAsync());
        while (await CreateAsync() != 503)
            Assert.Equal(200, await LiveAsync());
        while (await ReadyAsync() != 503)
            await NotifyAsync(journal.AddNotification(null));
        Assert.Equal(200, await LiveAsync());
        Assert.False(api.HasExited);
    }

    /// <summary>Completes when it is ready again and accepts the calls that it refused.</summary>
    public async Task SeeRecoveryAsync()
    {
        while (await ReadyAsync() != 200)
            Assert.Equal(200, await LiveAsync());
        foreach (var notification in refused)
        {
            while (await NotifyAsync(notification) != 200)
                Assert.False(api.HasExited);
        }

        refused.Clear();
    }

    private async Task<int> NotifyAsync(Notification notification)
    {
        notification.CountSent();
        var reply = await AskAsync(HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}", notification.Json);
        if (reply.Status == 200)
        {
            notification.CountAcknowledged();
            Acknowledged++;
            return 200;
        }

        Assert.Equal((500, "5000000"), (reply.Status, (string?)reply.Body!["responseCode"]));
        if (!refused.Contains(notification))
            refused.Add(notification);
        return 500;
    }

    private async Task<int> CreateAsync()
    {
        var upgrade = journal.AddUpgrade();
        var reply = await AskAsync(
            HttpMethod.Post, "/v1/account-upgrades", upgrade.Json, TestSettings.MerchantKey, patience: TimeSpan.FromSeconds(8));
        if (reply.Status == 201)
        {
            (upgrade.IsKnown, upgrade.HasWidget) = (true, true);
            return 201;
        }

        Assert.Equal(503, reply.Status);
        Assert.NotNull(reply.RetryAfter);
        return 503;
    }

    private async Task<int> ReadyAsync() => (await AskAsync(HttpMethod.Get, "/health/ready")).Status!.Value;

    private async Task<int> LiveAsync() => (await AskAsync(HttpMethod.Get, "/health/live")).Status!.Value;

    private async Task<Reply> AskAsync(
        HttpMethod method, string path, string? json = null, string? apiKey = null, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        var reply = await api.SendAsync(method, path, json, apiKey);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Assert.True(reply.Status is not null, $"{path} was not answered. {api.Output}");
        Assert.True(elapsed < (patience ?? Limit), $"{path} was answered {reply.Status} after {elapsed}.");
        if (patience is null && elapsed > Slowest)
            Slowest = elapsed;
        return reply;
    }
}
