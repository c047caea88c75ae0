using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>What counts for the circuit breaker and what does not.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task An_Open_Circuit_Is_503_And_Nothing_Is_Sent()
    {
        await using var host = new ApiHost();
        for (var call = 0; call < 20; call++)
        {
            host.Finnet.Answers("5000000");
            await host.CreateAsync($"failing-{call:00000}");
        }

        var answer = await host.CreateAsync();

        Assert.Equal((503, "finnet-unavailable", "requested"), (answer.Status, answer.Problem, await host.StatusOfAsync()));
        Assert.Equal("10", answer.Headers["Retry-After"]);
        Assert.Equal(20, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task Refusals_Do_Not_Open_The_Circuit()
    {
        await using var host = new ApiHost();
        for (var call = 0; call < 20; call++)
        {
            host.Finnet.Answers("4000001");
            await host.CreateAsync($"failing-{call:00000}");
        }

        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync()).Status);
    }
}
