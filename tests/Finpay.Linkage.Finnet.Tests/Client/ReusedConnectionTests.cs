using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>A reused connection: the framework's handler may retry on it by itself, and must not.</summary>
public sealed class ReusedConnectionTests
{
    public static TheoryData<string, bool> Stages => BrokenConnectionTests.StagesOfSending;

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task A_Second_Request_That_Breaks_Off_Is_In_Doubt_And_Came_Once(string stage, bool reset)
    {
        await using var server = new RawServer(async connection =>
        {
            await AnswerAsync(connection);
            await BrokenConnectionTests.WhileSending[stage](connection);
            if (reset)
                connection.ResetOnClose();
        });
        await using var host = Host(server);
        await host.SendAsync();
        var answer = await host.FailAsync(BrokenConnectionTests.Large);
        Assert.Equal((FinnetAnswerKind.NoAnswer, 1), (answer.Kind, server.Connections));
    }

    [Fact]
    public async Task A_Second_Request_That_Is_Answered_Takes_The_Same_Connection()
    {
        await using var server = new RawServer(async connection =>
        {
            await AnswerAsync(connection);
            await AnswerAsync(connection);
        });
        await using var host = Host(server);
        await host.SendAsync();
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync(BrokenConnectionTests.Large)).Kind);
        Assert.Equal(1, server.Connections);
    }

    private static FinnetHost Host(RawServer server) => new(network: null, new ManualClock(), ("BaseUrl", server.Url));

    private static async Task AnswerAsync(RawConnection connection)
    {
        await connection.ReadRequestAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"responseCode\":\"2000002\"}"));
    }
}
