using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Browser;

internal static class PageCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task<Answer> IssueTokenAsync(this HttpClient client, string reference = Calls.Reference) =>
        client.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/browser-token", [], contentType: null);

    /// <summary>A token for an upgrade of the merchant's.</summary>
    public static async Task<string> TokenAsync(this ApiHost host, string reference = Calls.Reference) =>
        (await host.Merchant.IssueTokenAsync(reference))["token"]!;

    public static async Task<Answer> AskAsync(
        this ApiHost host, string? token, string path = Page.Status, params (string Name, string? Value)[] headers) =>
        await Answer.ReadAsync(await Page.AskAsync(host.Anonymous, token, path, headers));

    /// <summary>A host with one upgrade whose widget is open.</summary>
    public static async Task<ApiHost> WithUpgradeAsync(this ApiHost host)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync()).Status);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return host;
    }

    /// <summary>Lets seconds pass until it has happened.</summary>
    public static async Task<T> PassingUntilAsync<T>(this ApiHost host, Task<T> happened)
    {
        while (!happened.IsCompleted)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(happened, Task.Delay(20));
        }

        return await happened;
    }

    /// <summary>Waits for what another thread does; a test that waits too long fails.</summary>
    public static async Task UntilAsync(Func<bool> happened)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!happened())
            await Task.Delay(5, limit.Token);
    }

    /// <summary>Until somebody waits for the clock to be moved so far.</summary>
    public static Task UntilAwaitedAsync(this ManualClock clock, TimeSpan time) => UntilAsync(() => clock.IsAwaitedIn(time));
}
