using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>A connection that breaks at each stage: from the first byte of the body on the call is in doubt and never sent twice.</summary>
public sealed class BrokenConnectionTests
{
    private const string Json = """{"responseCode":"2000002"}""";
    private const string Headers = "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    // More than the buffers between both sides hold.
    internal static readonly UpgradeWidgetRequest Large = Requests.Minimal with
    {
        Images = new UpgradeImages
        {
            Ktp = new UpgradeImage(Requests.Image("data:image/jpeg;base64," + new string('A', 12 * 1024 * 1024)), IsEditable: true),
        },
    };

    internal static readonly Dictionary<string, Func<RawConnection, Task>> WhileSending = new(StringComparer.Ordinal)
    {
        ["before anything is read"] = connection => connection.PeekAsync(),
        ["after the headers are read"] = connection => connection.ReadHeadersAsync(),
        ["in the middle of the body"] = async connection =>
        {
            await connection.ReadHeadersAsync();
            await connection.ReadAsync(64 * 1024);
        },
        ["after the whole request is read"] = connection => connection.ReadRequestAsync(),
    };

    // The place where the answer ends, and what is missing.
    private static readonly Dictionary<string, (string Sent, string Missing)> WhileAnswering = new(StringComparer.Ordinal)
    {
        ["inside the status line"] = ("HTTP/1.1 20", "0 OK\r\nContent-Length: 26\r\n\r\n" + Json),
        ["after the status line"] = ("HTTP/1.1 200 OK\r\n", "Content-Length: 26\r\n\r\n" + Json),
        ["inside a header"] = ("HTTP/1.1 200 OK\r\nContent-Le", "ngth: 26\r\n\r\n" + Json),
        ["before the end of the headers"] = (Headers, "\r\n" + Json),
        ["after the headers"] = (Headers + "\r\n", Json),
        ["inside the body"] = (Headers + "\r\n" + Json[..13], Json[13..]),
        ["before the last byte"] = (Headers + "\r\n" + Json[..^1], Json[^1..]),
        ["before the first chunk"] = (Chunked, $"1a\r\n{Json}\r\n0\r\n\r\n"),
        ["inside a chunk's size"] = (Chunked + "1", $"a\r\n{Json}\r\n0\r\n\r\n"),
        ["inside a chunk"] = (Chunked + "1a\r\n" + Json[..13], $"{Json[13..]}\r\n0\r\n\r\n"),
        ["after the JSON, before the last chunk"] = (Chunked + $"1a\r\n{Json}\r\n", "0\r\n\r\n"),
        ["after an interim answer"] = ("HTTP/1.1 100 Continue\r\n\r\n", Headers + "\r\n" + Json),
    };

    public static TheoryData<string, bool> StagesOfSending => ClosedAndReset(WhileSending.Keys);

    public static TheoryData<string, bool> StagesOfAnswering => ClosedAndReset(WhileAnswering.Keys);

    public static TheoryData<string> Pieces => [.. WhileAnswering.Keys];

    [Theory]
    [MemberData(nameof(StagesOfSending))]
    public async Task A_Connection_Closed_While_The_Request_Is_Sent_Leaves_It_In_Doubt_And_It_Came_Once(string stage, bool reset) =>
        await AssertInDoubtAsync(Large, async connection =>
        {
            await WhileSending[stage](connection);
            if (reset)
                connection.ResetOnClose();
        });

    [Theory]
    [MemberData(nameof(StagesOfAnswering))]
    public async Task A_Connection_Closed_While_The_Answer_Comes_Leaves_The_Request_In_Doubt_And_It_Came_Once(string stage, bool reset) =>
        await AssertInDoubtAsync(Requests.Minimal, async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Encoding.ASCII.GetBytes(WhileAnswering[stage].Sent));
            if (reset)
                connection.ResetOnClose();
        });

    [Fact]
    public async Task A_Large_Request_That_Is_Read_Whole_Is_Answered()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Encoding.ASCII.GetBytes(Headers + "\r\n" + Json));
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync(Large)).Kind);
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task An_Answer_In_Two_Pieces_Is_An_Answer(string stage)
    {
        var (sent, missing) = WhileAnswering[stage];
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Encoding.ASCII.GetBytes(sent));
            await connection.WriteAsync(Encoding.ASCII.GetBytes(missing));
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(Json, null)]
    [InlineData("""{"responseCode":"2000002" """, FinnetAnswerKind.Unclear)]
    [InlineData("", FinnetAnswerKind.Unclear)]
    public async Task Without_A_Length_The_End_Of_The_Connection_Is_The_End_Of_The_Answer(string body, FinnetAnswerKind? failure)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n" + body));
        });
        await using var host = new FinnetHost(network: null, new ManualClock(), ("BaseUrl", server.Url));
        if (failure is null)
            Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        else
            Assert.Equal(failure, (await host.FailAsync()).Kind);
        Assert.Equal(1, server.Connections);
    }

    private static TheoryData<string, bool> ClosedAndReset(IEnumerable<string> stages)
    {
        var data = new TheoryData<string, bool>();
        foreach (var stage in stages)
        {
            data.Add(stage, false);
            data.Add(stage, true);
        }

        return data;
    }

    private static async Task AssertInDoubtAsync(UpgradeWidgetRequest request, Func<RawConnection, Task> script)
    {
        await using var server = new RawServer(script);
        await using var host = new FinnetHost(network: null, new ManualClock(), ("BaseUrl", server.Url));
        var answer = await host.FailAsync(request);
        Assert.Equal(FinnetAnswerKind.NoAnswer, answer.Kind);
        Assert.Equal(1, server.Connections);
        Assert.Single(host.Log.Attempts);
    }
}
