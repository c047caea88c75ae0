using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

/// <summary>Nine upgrades a second apart (three of them in one millisecond), and their notifications.</summary>
public sealed class FilledHost : IAsyncLifetime
{
    public ApiHost Host { get; } = new();

    public async Task InitializeAsync()
    {
        Host.Finnet.Issues();
        await CreateAsync(1);
        Host.Finnet.Answers("2020000");
        await CreateAsync(2, "081295288913");
        Host.Finnet.Answers("4000000");
        await CreateAsync(3);
        Host.Finnet.Answers("5000000");
        await CreateAsync(4);
        Host.Finnet.Issues().Issues().Issues().Issues().Answers("2000002");
        await CreateAsync(5);
        await CreateAsync(6);
        await Host.CreateAsync("reference-7");
        await Host.CreateAsync("reference-8");
        // Of another owner: it is approved, and would settle the others.
        await Host.Other.CreateAsync($$"""{"partnerReferenceNo":"reference-9","phoneNo":"{{Calls.Phone}}"}""");
        await Host.NotifyAsync("KYC Approved", "reference-1");
        await Host.NotifyAsync("KYC Rejected", "reference-5");
        await Host.NotifyAsync("KYC Approved", "reference-1", "again");
        await Host.NotifyAsync("KYC Approved", "unknown-reference");
        await Host.CallbackAsync("not json");
        Host.Clock.Advance(TimeSpan.FromSeconds(1));
        await Host.NotifyAsync("KYC Rejected", "reference-5", "once more");
    }

    public Task DisposeAsync() => Host.DisposeAsync().AsTask();

    private async Task CreateAsync(int number, string phone = Calls.Phone)
    {
        await Host.CreateAsync($"reference-{number}", phone);
        Host.Clock.Advance(TimeSpan.FromSeconds(1));
    }
}
