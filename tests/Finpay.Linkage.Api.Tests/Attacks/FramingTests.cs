using System.Globalization;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Request smuggling: requests whose end two readers may see in different places, on a real socket. Each hides a second request, which
/// must never be answered. Each has a twin without the trick, which is accepted.
/// </summary>
public sealed class FramingTests(KestrelHost server) : IClassFixture<KestrelHost>
{
    private const string Smuggled = $"GET /v1/account-upgrades HTTP/1.1\r\n{RawHttp.Host}X-Api-Key: {TestSettings.OpsKey}\r\n\r\n";
    private static readonly string Body = Calls.Notification("KYC Approved");
    private static readonly string Chunk = Size(Body) + "\r\n" + Body + "\r\n0\r\n\r\n";
    private static readonly string Plain = Length(Body.Length) + "\r\n" + Body;
    private static readonly string Chunked = "Transfer-Encoding: chunked\r\n\r\n" + Chunk;

    private readonly ApiHost host = server.Host;

    [Fact]
    public async Task A_Header_That_Is_Not_Utf_8_Refuses_No_Result()
    {
        var path = Calls.CallbackPath(TestSettings.PathToken);
        var statuses = await RawHttp.StatusesAsync(
            host, RawHttp.Post(path, Body, "X-EXTERNAL-ID: \xe9\xff\r\n") + RawHttp.Post(path, Body, "X-EXTERNAL-ID: \xc3\xa9\r\n"));

        Assert.Equal([200, 200, 200], statuses);
    }

    /// <summary>Name, what follows the Host line, its twin.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "two lengths", Length(Body.Length) + Length(Body.Length + 1) + "\r\n" + Body, Plain },
        { "the same length twice", Length(Body.Length) + Length(Body.Length) + "\r\n" + Body, Plain },
        {
            "a list of lengths", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}, {Body.Length}\r\n\r\n{Body}"),
            Plain
        },
        { "a negative length", Length(-1) + "\r\n" + Smuggled, Plain },
        { "a length in hex", $"Content-Length: 0x{Size(Body)}\r\n\r\n{Body}", Plain },
        {
            "a length with a fraction", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}.0\r\n\r\n{Body}"), Plain
        },
        { "a length beyond every number", "Content-Length: 99999999999999999999\r\n\r\n" + Body, Plain },
        {
            "a length whose name ends with a space",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length : {Body.Length}\r\n\r\n{Body}"), Plain
        },
        { "a length behind a folded line", "X-Folded: one\r\n two\r\n" + Plain, "X-Folded: one two\r\n" + Plain },
        { "a length as a folded line", $"X-Folded: one\r\n {Plain}", "X-Folded: one\r\n" + Plain },
        { "a first line that is folded", " X-Folded: one\r\n" + Plain, "X-Folded: one\r\n" + Plain },
        { "lines that end with LF", $"X-Other: one\n{Plain}", $"X-Other: one\r\n{Plain}" },
        { "an end with LF", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\n\n{Body}"), Plain },
        { "a line that ends with CR", $"X-Other: one\rX-More: two\r\n{Plain}", $"X-Other: one\r\nX-More: two\r\n{Plain}" },
        { "a NUL in a value", $"X-Other: o\0ne\r\n{Plain}", $"X-Other: one\r\n{Plain}" },
        { "a NUL in a name", $"X-Ot\0her: one\r\n{Plain}", $"X-Other: one\r\n{Plain}" },
        { "a line without a colon", $"X-Other\r\n{Plain}", $"X-Other:\r\n{Plain}" },
        { "an encoding that only looks like chunked", "Transfer-Encoding: xchunked\r\n\r\n" + Chunk, Chunked },
        { "an encoding in quotes", "Transfer-Encoding: \"chunked\"\r\n\r\n" + Chunk, Chunked },
        {
            "chunked not as the last encoding", "Transfer-Encoding: chunked, identity\r\n\r\n" + Chunk,
            "Transfer-Encoding: identity, chunked\r\n\r\n" + Chunk
        },
        { "two encodings in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + Chunk, Chunked },
        { "an encoding behind a vertical tab", "Transfer-Encoding: \vchunked\r\n\r\n" + Chunk, Chunked },
        { "an encoding whose name ends with a space", $"Transfer-Encoding : chunked\r\n{Length(Chunk.Length)}\r\n{Chunk}", Chunked },
        { "an encoding whose name ends with a tab", $"Transfer-Encoding\t: chunked\r\n{Length(Chunk.Length)}\r\n{Chunk}", Chunked },
        { "a chunk whose size ends with LF", $"Transfer-Encoding: chunked\r\n\r\n{Size(Body)}\n{Body}\r\n0\r\n\r\n", Chunked },
        { "a chunk that ends with LF", $"Transfer-Encoding: chunked\r\n\r\n{Size(Body)}\r\n{Body}\n0\r\n\r\n", Chunked },
        {
            "a chunk extension with LF", $"Transfer-Encoding: chunked\r\n\r\n{Size(Body)};a\nb\r\n{Body}\r\n0\r\n\r\n",
            $"Transfer-Encoding: chunked\r\n\r\n{Size(Body)};a=b\r\n{Body}\r\n0\r\n\r\n"
        },
        { "a chunk size with 0x", $"Transfer-Encoding: chunked\r\n\r\n0x{Size(Body)}\r\n{Body}\r\n0\r\n\r\n", Chunked },
        { "a negative chunk size", $"Transfer-Encoding: chunked\r\n\r\n-{Size(Body)}\r\n{Body}\r\n0\r\n\r\n", Chunked },
        {
            "a chunk size beyond every number", $"Transfer-Encoding: chunked\r\n\r\n1000000000000000{Size(Body)}\r\n{Body}\r\n0\r\n\r\n",
            Chunked
        },
        { "another Host", $"Host: evil.example\r\n{Plain}", $"X-Host: evil.example\r\n{Plain}" },
    };

    [Theory]
    [InlineData("X-Planted\r\n", 0, 400)]
    [InlineData("X-Planted: ", 20_000, 431)]
    public async Task What_The_Server_Cannot_Read_Leaves_A_Line_Without_Its_Content(string header, int length, int status)
    {
        host.Logs.Forget();
        var line = header + (length == 0 ? "" : new string('x', length) + "\r\n");

        Assert.Equal($"{status}", string.Join(' ', await RawHttp.StatusesAsync(host, Start(line + Plain))));
        Assert.Equal($"{status}", string.Join(' ', await RawHttp.StatusesAsync(
            host, $"GET /v1/account-upgrades HTTP/1.1\r\n{RawHttp.Host}{line}\r\n")));

        Assert.Equal(
            [
                (LogLevel.Warning, $"The server could not read a callback and answered {status}"),
                (LogLevel.Information, $"The server could not read a request and answered {status}"),
            ],
            host.Logs.Own.Where(one => one.Id.Id == 1110).Select(one => (one.Level, one.Message)));
        Assert.DoesNotContain(
            host.Logs.Lines.Where(one => !LinkageLogging.IsDropped(one.Category)),
            one => one.Message.Contains("Planted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_Authentic_Callback_That_Does_Not_Arrive_Whole_Leaves_A_Warning()
    {
        host.Logs.Forget();

        Assert.Equal("400", string.Join(' ', await RawHttp.StatusesAsync(host, Start("Transfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n"))));

        Assert.Contains(host.Logs.Own, one => one is { Level: LogLevel.Warning, Id.Id: 1111 });
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_Can_Be_Read_In_Two_Ways_Is_400_And_The_Connection_Ends(string trick, string attack, string twin)
    {
        var kept = await server.DeliveriesAsync();

        Assert.Equal((trick, "400"), (trick, string.Join(' ', await RawHttp.StatusesAsync(host, Start(attack) + Smuggled))));
        Assert.Equal(kept, await server.DeliveriesAsync());
        Assert.Equal((trick, "200 200"), (trick, string.Join(' ', await RawHttp.StatusesAsync(host, Start(twin)))));
        Assert.Equal(kept + 1, await server.DeliveriesAsync());
        await AssertNothingWasSmuggledAsync();
    }

    /// <summary>RFC 9112, 6.3: the encoding wins over the length, and nothing more is read from this connection.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_A_Length_Beside_Chunks_The_Chunks_Count_And_The_Connection_Ends(bool lengthFirst)
    {
        var lengths = Length(Chunk.Length + Smuggled.Length);
        var attack = lengthFirst ? $"{lengths}{Chunked}" : $"Transfer-Encoding: chunked\r\n{lengths}\r\n{Chunk}";

        var kept = await server.DeliveriesAsync();

        Assert.Equal([200], await RawHttp.StatusesAsync(host, Start(attack) + Smuggled));
        Assert.Equal(kept + 1, await server.DeliveriesAsync());
        await AssertNothingWasSmuggledAsync();
        Assert.Equal([200, 200, 200], await RawHttp.StatusesAsync(host, Start(Chunked) + Start(Chunked)));
    }

    /// <summary>The server accepts these; what matters is where the body ends and the next request begins.</summary>
    [Theory]
    [InlineData("Content-Length: +")]
    [InlineData("Content-Length: 000")]
    [InlineData("content-length:")]
    public async Task Odd_Spellings_Of_A_Length_Hide_Nothing(string spelling)
    {
        var hidden = Body + Smuggled;

        var answers = await RawHttp.StatusesAsync(
            host, Start(string.Create(CultureInfo.InvariantCulture, $"{spelling}{hidden.Length}\r\n\r\n{hidden}")));

        Assert.Equal([400, 200], answers);
        await AssertNothingWasSmuggledAsync();
    }

    [Fact]
    public async Task A_Body_Of_A_Get_Is_No_Second_Request()
    {
        var get = RawHttp.Get("/health/live", Length(Smuggled.Length)) + Smuggled;

        Assert.Equal([200, 200], await RawHttp.StatusesAsync(host, get));
        await AssertNothingWasSmuggledAsync();
        Assert.Equal([200, 200, 200], await RawHttp.StatusesAsync(host, RawHttp.Get("/health/live") + Smuggled));
    }

    /// <summary>A regression test: the framework reports an I/O error, which was answered with 500 and logged as an error.</summary>
    [Theory]
    [InlineData("/v1/account-upgrades")]
    [InlineData("/v1/account-upgrades/search")]
    public async Task A_Chunk_Without_End_Is_The_Callers_Mistake_On_Every_Route(string path)
    {
        var head =
            $"POST {path} HTTP/1.1\r\n{RawHttp.Host}X-Api-Key: {TestSettings.OpsKey}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";

        var answer = Assert.Single(await RawHttp.SendAsync(host, $"{head}FFFFFFFFFFFFFFFF\r\n{{}}\r\n0\r\n\r\n"));

        Assert.Contains("urn:finpay-linkage:problem:malformed-request", answer.Text, StringComparison.Ordinal);
        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain(host.Logs.Own, line => line.Level >= LogLevel.Error);
        Assert.Equal([400, 200], await RawHttp.StatusesAsync(host, $"{head}2\r\n{{}}\r\n0\r\n\r\n"));
    }

    private static string Start(string rest) => $"POST {Calls.CallbackPath()} HTTP/1.1\r\n{RawHttp.Host}{rest}";

    private static string Length(int length) => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");

    private static string Size(string text) => text.Length.ToString("x", CultureInfo.InvariantCulture);

    // If the hidden request was answered, it is in the audit trail.
    private async Task AssertNothingWasSmuggledAsync()
    {
        Assert.DoesNotContain("listUpgrades", (await host.Ops.GetAnswerAsync("/v1/audit")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Own, line => line.Level >= LogLevel.Error);
    }
}
