using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>One service on a real socket for all cases of a class, with an upgrade of each of two merchants.</summary>
public sealed class KestrelHost : IAsyncLifetime
{
    public const string Foreign = "reference-of-other-shop";

    public ApiHost Host { get; } = ApiHost.OnKestrel(("RateLimits:FailedCallbacksPerMinute", "0"));

    public async Task InitializeAsync()
    {
        Host.Finnet.Issues().Issues();
        await Host.CreateAsync();
        await Host.Other.CreateAsync($$"""{"partnerReferenceNo":"{{Foreign}}","phoneNo":"081295288913"}""");
    }

    /// <summary>How many notifications were kept until now, repeated ones included.</summary>
    public async Task<int> DeliveriesAsync() =>
        (await Host.NotificationsAsync("?limit=200")).Sum(one => one.GetProperty("deliveries").GetInt32());

    public Task DisposeAsync() => Host.DisposeAsync().AsTask();
}
