using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>An outcome whose commit was lost on its way back is recorded again.</summary>
public sealed class RepeatedOutcomeTests
{
    [Theory]
    [InlineData(FinnetAnswerKind.WidgetIssued, "widgetIssued")]
    [InlineData(FinnetAnswerKind.InProcess, "inProcess")]
    [InlineData(FinnetAnswerKind.NotSent, "requested")]
    public async Task The_Second_Time_Changes_Nothing_And_Has_The_Same_Answer(FinnetAnswerKind kind, string status)
    {
        await using var host = new ApiHost();
        var store = host.Services.GetRequiredService<UpgradeStore>();
        var attempt = await BeginAsync(store);
        var answer = new FinnetAnswer
        {
            Kind = kind,
            WidgetUrl = kind == FinnetAnswerKind.WidgetIssued ? new Secret("https://finnet.example/widget") : null,
            ExpiryTime = host.Clock.GetUtcNow().AddHours(1),
        };

        var first = await store.RecordAsync(attempt, answer);
        var second = await store.RecordAsync(attempt, answer);

        Assert.True(first.Held && second.Held);
        Assert.Equal((2, 2), (first.Row.Version, second.Row.Version));
        Assert.Equal(first.Row.WidgetUrl, second.Row.WidgetUrl);
        var read = (await host.ReadUpgradeAsync()).Json;
        Assert.Equal(status, read.GetProperty("status").GetString());
        Assert.Equal(1, read.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task An_Attempt_That_Lost_The_Record_Is_Late_Even_If_It_Comes_Twice()
    {
        await using var host = new ApiHost();
        var store = host.Services.GetRequiredService<UpgradeStore>();
        var late = await BeginAsync(store);
        host.Clock.Advance(TimeSpan.FromSeconds(45));
        var next = await BeginAsync(store);

        var first = await store.RecordAsync(late, new FinnetAnswer { Kind = FinnetAnswerKind.InProcess });
        await store.RecordAsync(next, new FinnetAnswer { Kind = FinnetAnswerKind.Approved });
        var second = await store.RecordAsync(late, new FinnetAnswer { Kind = FinnetAnswerKind.InProcess });

        Assert.True(next.MayHaveArrived);
        Assert.False(first.Held || second.Held);
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    private static Task<Attempt> BeginAsync(UpgradeStore store)
    {
        Assert.True(PhoneNumber.TryParse(Calls.Phone, out var phone));
        return store.BeginAsync(
            new UpgradeWidgetRequest { PartnerReferenceNo = Calls.Reference, PhoneNo = phone }, "shop", TestSettings.MerchantId);
    }
}
