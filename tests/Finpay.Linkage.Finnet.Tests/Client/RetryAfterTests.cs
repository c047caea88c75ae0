using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>
/// Every form of Retry-After, right and wrong. The clock stands at 2024-11-01 06:00:00 GMT, a Friday, and three attempts are made at most.
/// </summary>
public sealed class RetryAfterTests
{
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 2)]
    [InlineData("5", 10)]
    [InlineData("Fri, 01 Nov 2024 06:00:03 GMT", 3)] // the second wait is over already
    [InlineData("Friday, 01-Nov-24 06:00:03 GMT", 3)]
    [InlineData("Fri Nov  1 06:00:03 2024", 3)]
    [InlineData("Fri, 01 Nov 2024 06:00:05 GMT", 5)]
    [InlineData("Fri, 01 Nov 2024 05:59:57 GMT", 0)] // past
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    public async Task A_Wait_Of_At_Most_Five_Seconds_Is_Waited(string retryAfter, int seconds)
    {
        var start = clock.GetUtcNow();
        Assert.NotNull((await AskAsync(retryAfter, requests: 3)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(seconds), clock.GetUtcNow() - start);
    }

    [Theory]
    [InlineData("6", 6)]
    [InlineData("3600", 3600)]
    [InlineData("3601", 3600)]
    [InlineData("2147483647", 3600)]
    [InlineData("Fri, 01 Nov 2024 06:00:06 GMT", 6)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    public async Task A_Longer_Wait_Is_Handed_To_The_Caller_Up_To_An_Hour(string retryAfter, long seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await AskAsync(retryAfter, requests: 1)).RetryAfter);
        Assert.Empty(clock.Skipped);
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("99999999999")]
    [InlineData("99999999999999999999999999")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e0")]
    [InlineData("PT1S")]
    [InlineData("1s")]
    [InlineData("1, 1")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("Fri, 32 Nov 2024 06:00:03 GMT")]
    [InlineData("2024-11-01 06:00:03")]
    public async Task What_Is_No_Wait_Is_No_Hint(string retryAfter)
    {
        Assert.Null((await AskAsync(retryAfter, requests: 1)).RetryAfter);
        Assert.Empty(clock.Skipped);
    }

    private async Task<FinnetAnswer> AskAsync(string retryAfter, int requests)
    {
        using var network = new StubHandler(_ => Answers.Code("5030000", retryAfter));
        await using var host = new FinnetHost(network, clock);
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.Busy, requests), (answer.Kind, network.Requests.Count));
        return answer;
    }
}
