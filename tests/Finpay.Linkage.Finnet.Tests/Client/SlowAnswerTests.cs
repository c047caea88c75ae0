using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Answers that would take long to read, over a real connection.</summary>
public sealed class SlowAnswerTests
{
    private const string Headers = "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n";
    private const string Json = """{"responseCode":"2000002"}""";

    private readonly ManualClock clock = new();

    [Theory]
    [InlineData(0, 9, null)]
    [InlineData(0, 10, FinnetAnswerKind.NoAnswer)] // from the status line on
    [InlineData(39, 9, null)]
    [InlineData(39, 10, FinnetAnswerKind.NoAnswer)] // from the body on
    public async Task A_Byte_A_Second_Ends_With_The_Attempt(int before, int seconds, FinnetAnswerKind? failure)
    {
        var answer = Encoding.ASCII.GetBytes(Headers + Json);
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(answer.AsMemory(0, before));
            for (var second = 0; second < seconds; second++)
            {
                await connection.WriteAsync(answer.AsMemory(before + second, 1));
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            if (failure is null)
                await connection.WriteAsync(answer.AsMemory(before + seconds));
            await connection.ClosedAsync();
        });
        await using var host = new FinnetHost(network: null, clock, ("BaseUrl", server.Url));
        if (failure is null)
            Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        else
            Assert.Equal(failure, (await host.FailAsync()).Kind);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(64 * 1024, null)]
    [InlineData(10 * 1024 * 1024, FinnetAnswerKind.Unclear)]
    public async Task Of_Ten_Megabytes_Only_64_KiB_And_A_Byte_Are_Waited_For(int length, FinnetAnswerKind? failure)
    {
        var closed = new TaskCompletionSource();
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"));
            // The rest never comes.
            await connection.WriteAsync(Encoding.ASCII.GetBytes(Json.PadRight(Math.Min(length, (64 * 1024) + 1))));
            await connection.ClosedAsync();
            closed.SetResult();
        });
        await using var host = new FinnetHost(network: null, clock, ("BaseUrl", server.Url));
        if (failure is null)
        {
            Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        }
        else
        {
            Assert.Equal(failure, (await host.FailAsync()).Kind);
            // And the connection is given up, not drained.
            await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(1, server.Connections);
    }
}
