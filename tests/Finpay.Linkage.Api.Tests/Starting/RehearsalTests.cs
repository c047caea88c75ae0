using Finpay.Linkage.Api.Starting;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Starting;

/// <summary>The rehearsal in a process that runs nothing else at the moment.</summary>
[Collection(ConsoleTests.Name)]
public sealed class RehearsalTests
{
    [Fact]
    public async Task It_Is_Answered_As_A_Service_Answers_And_Counts_And_Says_Nothing()
    {
        using var meters = new MeterCapture();
        using var console = new ConsoleCapture();

        await Rehearsal.PlayAsync();

        Assert.DoesNotContain("linkage.", meters.Text, StringComparison.Ordinal);
        Assert.Equal("", console.Output + console.Error);
    }

    [Fact]
    public async Task A_Refused_Callback_Of_A_Real_Service_Is_Counted()
    {
        using var meters = new MeterCapture();
        await using var host = new ApiHost();

        await host.CallbackAsync("{}", token: null);

        Assert.Contains("linkage.", meters.Text, StringComparison.Ordinal);
    }
}
