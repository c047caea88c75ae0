using System.Net.Sockets;
using System.Text;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class SnapExternalIdTests : IDisposable
{
    private const string Phone = "6281295288912";

    // 13:00 in Jakarta; the day there ends at 17:00 UTC.
    private static readonly DateTimeOffset LastSecond = new(2024, 11, 1, 16, 59, 59, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("stand-in-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Used_Id_Is_Refused_On_The_Same_Day_And_A_New_One_Is_Accepted()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = await standIn.RequestAsync();
        await standIn.AskAsync(request.For(Phone, "202411011441000001"));

        var refused = await standIn.AskAsync(request.For(Phone, "202411011441000002"));
        var accepted = await standIn.AskAsync(request.For(Phone, "202411011441000002") with { ExternalId = "1" });

        Assert.Equal(("4090000", "Conflict", 409), (refused.Code, refused.Message, (int)refused.Status));
        Assert.Equal("2000000", accepted.Code);
        Assert.Equal("X-EXTERNAL-ID", (string)(await standIn.ListAsync("requests"))[1]!["problems"]![0]!["field"]!);
    }

    [Fact]
    public async Task A_Used_Id_May_Be_Used_Again_On_The_Next_Jakarta_Day()
    {
        var time = new FrozenTime();
        await using var standIn = await SnapSamples.StartAsync(time);
        var first = await standIn.RequestAsync();
        await standIn.AskAsync(first.For(Phone, "202411011441000001"));

        time.Now = LastSecond;
        var sameDay = await standIn.AskAsync((await standIn.RequestAsync(LastSecond)).For(Phone, "202411011441000002"));
        time.Now = LastSecond.AddSeconds(1);
        var nextDay = await standIn.AskAsync((await standIn.RequestAsync(time.Now)).For(Phone, "202411011441000002"));
        var nextDayAgain = await standIn.AskAsync((await standIn.RequestAsync(time.Now)).For(Phone, "202411011441000003"));

        Assert.Equal(("4090000", "2000000", "4090000"), (sameDay.Code, nextDay.Code, nextDayAgain.Code));
        Assert.Equal(["2024-11-02.txt"], Directory.GetFiles(Path.Combine(standIn.Folder, "external-ids")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_Sandbox_Clock_Starts_No_New_Day()
    {
        await using var standIn = await SnapSamples.StartAsync();
        await standIn.AskAsync((await standIn.RequestAsync()).For(Phone, "202411011441000001"));

        await standIn.AdvanceAsync(86400);

        Assert.Equal("4090000", (await standIn.AskAsync((await standIn.RequestAsync()).For(Phone, "202411011441000002"))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("41807553358950")]
    public async Task A_Used_Id_Is_Refused_After_A_Restart(string cutShortByACrash)
    {
        await using (var first = await SnapSamples.StartAsync(folder: folder))
            await first.AskAsync((await first.RequestAsync()).For(Phone, "202411011441000001"));

        await File.AppendAllTextAsync(Path.Combine(folder, "external-ids", "2024-11-01.txt"), cutShortByACrash);
        await using (var second = await SnapSamples.StartAsync(folder: folder))
        {
            var request = await second.RequestAsync();
            Assert.Equal("4090000", (await second.AskAsync(request.For(Phone, "202411011441000002"))).Code);
            Assert.Equal("2000000", (await second.AskAsync(request.For(Phone, "202411011441000002") with { ExternalId = "2" })).Code);
        }

        await using var third = await SnapSamples.StartAsync(folder: folder);
        Assert.Equal(
            "4090000",
            (await third.AskAsync((await third.RequestAsync()).For(Phone, "202411011441000003") with { ExternalId = "2" })).Code);
    }

    [Fact]
    public async Task A_Signed_Request_Uses_Its_Id_Up_Even_When_Its_Body_Is_Refused()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = await standIn.RequestAsync();

        Assert.Equal("4000001", (await standIn.AskAsync(request.For("81295288912", "202411011441000001"))).Code);
        Assert.Equal("4090000", (await standIn.AskAsync(request.For(Phone, "202411011441000001"))).Code);
    }

    [Fact]
    public async Task Of_Requests_That_Come_At_Once_With_One_Id_One_Is_Accepted()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = await standIn.RequestAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(10, 10).Select(i => standIn.AskAsync(request.For(Phone, $"2024110114410000{i}"))));

        Assert.Equal(["2000000", .. Enumerable.Repeat("4090000", 9)], answers.Select(a => a.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, "HTTP/1.1 200 OK")]
    [InlineData(2, "HTTP/1.1 400 Bad Request")]
    public async Task A_Header_That_Comes_Twice_Is_Refused(int times, string status)
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = await standIn.RequestAsync();
        var headers = request.Headers()
            .SelectMany(h => Enumerable.Repeat($"{h.Name}: {h.Value}\r\n", h.Name == "X-EXTERNAL-ID" ? times : 1));
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", standIn.Client.BaseAddress!.Port);
        var stream = connection.GetStream();

        var head =
            $"POST {request.Target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {request.Body.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}{string.Concat(headers)}\r\n"));
        await stream.WriteAsync(request.Body);
        using var answer = new StreamReader(stream);

        Assert.Equal(status, await answer.ReadLineAsync());
        Assert.Equal(times - 1, (await standIn.ListAsync("requests"))[0]!["problems"]!.AsArray().Count);
    }
}
