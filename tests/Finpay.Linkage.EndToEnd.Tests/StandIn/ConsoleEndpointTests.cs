using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class ConsoleEndpointTests
{
    [Fact]
    public async Task The_Console_Shows_Requests_Sessions_Queue_And_Clock_At_Once()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        await standIn.AskAsync(WidgetBody.Full);
        await standIn.AskForAsync("6281295280021", "202411011441000021");
        await standIn.AdvanceAsync(60);
        using var queued = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario = "0024", phoneNo = "081295288912" });

        var state = (await standIn.Client.GetFromJsonAsync<JsonNode>("/sandbox/console"))!;

        Assert.Equal(
            ["202411011441000021 general-error 5000000", "202411011441000012 person 2000000"],
            state["requests"]!.AsArray().Select(r => $"{r!["partnerReferenceNo"]} {r["scenario"]} {r["answer"]!["responseCode"]}"));
        var session = Assert.Single(state["sessions"]!.AsArray())!;
        Assert.Equal("open", (string)session["state"]!);
        Assert.Contains("Siti Aminah", await standIn.Client.GetStringAsync((string)session["widget"]!), StringComparison.Ordinal);
        Assert.Equal("6281295288912", (string)Assert.Single(state["queue"]!.AsArray())!["phoneNo"]!);
        Assert.Equal(60, (double)state["clock"]!["offsetSeconds"]!);
    }

    [Fact]
    public async Task A_Request_Opens_To_Its_Clear_Fields_Its_Photos_And_Its_Body_As_It_Came()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var photo = "/9j/4AAQ" + new string('A', 400);
        await standIn.AskAsync(WidgetBody.Full
            .Replace("/9j/4AAQ", photo, StringComparison.Ordinal)
            .Replace("\"email\":", "\"email\" :  ", StringComparison.Ordinal));
        var id = (string)(await standIn.Client.GetFromJsonAsync<JsonNode>("/sandbox/console"))!["requests"]![0]!["id"]!;

        var opened = (await standIn.Client.GetFromJsonAsync<JsonNode>($"/sandbox/requests/{id}"))!;
        using var ktp = await standIn.Client.GetAsync($"/sandbox/requests/{id}/images/ktp");
        using var other = await standIn.Client.GetAsync($"/sandbox/requests/{id}/images/passport");

        Assert.Contains(
            opened["fields"]!.AsArray(),
            f => (string)f!["name"]! == "personalData.kkNumber" && (string)f["value"]! == "3273012501120007" && (bool)f["encrypted"]!);
        Assert.Equal(["ktp", "selfie"], opened["images"]!.AsArray().Select(name => (string)name!));
        Assert.Contains("\"email\" :  \"budi", (string)opened["text"]!, StringComparison.Ordinal);
        Assert.Contains("AAAA… (431 characters, sha256 ", (string)opened["text"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-password", opened.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("image/jpeg", ktp.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Convert.FromBase64String(photo), await ktp.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("""{"phoneNo":"62812\ud83d"}""")]
    [InlineData("""{"phoneNo":["62812\ud83d"]}""")]
    [InlineData("""{"phone\ud83d":"62812"}""")]
    public async Task Half_A_Surrogate_Pair_Is_400_And_Recorded(string body)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        var refused = await standIn.AskAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var listed = Assert.Single(await standIn.ListAsync("requests"))!;
        Assert.Contains("62812", listed["body"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(400, (int)listed["answer"]!["status"]!);
        var id = (string)(await standIn.Client.GetFromJsonAsync<JsonNode>("/sandbox/console"))!["requests"]![0]!["id"]!;
        var opened = (await standIn.Client.GetFromJsonAsync<JsonNode>($"/sandbox/requests/{id}"))!;
        Assert.Contains("\\ud83d", (string)opened["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Advance_Of_The_Clock_Can_Be_Taken_Back_Also_After_A_Restart()
    {
        var folder = Directory.CreateTempSubdirectory("clock-").FullName;
        string url;
        await using (var before = await RunningStandIn.StartAsync(folder: folder))
        {
            url = (await before.AskAsync(WidgetBody.Full)).WidgetUrl!;
            await before.AdvanceAsync(60);
            await before.AdvanceAsync(3600);
            using var expired = await before.Client.GetAsync(url);
            Assert.Equal(HttpStatusCode.Gone, expired.StatusCode);
        }

        await using (var after = await RunningStandIn.StartAsync(folder: folder))
        {
            using var undone = await after.Client.DeleteAsync("/sandbox/clock");
            Assert.Equal(0, (double)(await undone.Content.ReadFromJsonAsync<JsonNode>())!["offsetSeconds"]!);
            using var open = await after.Client.GetAsync(new Uri(url).PathAndQuery);
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }

        await using (var last = await RunningStandIn.StartAsync(folder: folder))
            Assert.Equal(0, (double)(await last.Client.GetFromJsonAsync<JsonNode>("/sandbox/clock"))!["offsetSeconds"]!);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Clearing_The_Queue_Lets_The_Phone_Decide_Again()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var queued = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario = "0021", count = 5 });
        Assert.Equal("5000000", (await standIn.AskForAsync("6281295288912")).Code);

        using var cleared = await standIn.Client.DeleteAsync("/sandbox/scenarios");

        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        Assert.Equal("2000000", (await standIn.AskForAsync("6281295288912")).Code);
    }

    [Fact]
    public async Task Each_Change_Is_An_Event_And_The_Stream_Ends_With_The_Stand_In()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var stream = await OpenStreamAsync(standIn);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        var first = await NextEventAsync(lines);

        using var queued = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario = "0021" });
        Assert.True(await NextEventAsync(lines) > first);

        await standIn.StopAsync();
        Assert.Null(await NextEventAsync(lines));
    }

    [Fact]
    public async Task Streams_Are_Counted_And_The_Thirty_Third_Is_Refused()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var streams = new List<HttpResponseMessage>();
        for (var i = 0; i < 33; i++)
            streams.Add(await OpenStreamAsync(standIn));

        Assert.All(streams.Take(32), stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, streams[32].StatusCode);
        streams.ForEach(stream => stream.Dispose());
    }

    [Theory]
    [InlineData("text/plain", null, null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", null, null, null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "https://elsewhere.example", null, null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", "http://127.0.0.1:1", null, null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", "null", null, null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, "cross-site", null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, "same-site", null, HttpStatusCode.Forbidden)]
    [InlineData("application/json", null, null, "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("application/json", "self", "same-origin", null, HttpStatusCode.OK)]
    [InlineData("application/json", null, null, null, HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-8", null, null, "localhost", HttpStatusCode.OK)]
    public async Task Another_Website_Can_Not_Pull_A_Lever(
        string contentType, string? origin, string? site, string? host, HttpStatusCode expected)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sandbox/scenarios")
        {
            Content = new StringContent("""{"scenario":"0021"}""", Encoding.UTF8),
        };
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        Add(request, "Origin", origin == "self" ? standIn.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin);
        Add(request, "Sec-Fetch-Site", site);
        request.Headers.Host = host;

        using var response = await standIn.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        var queue = (await standIn.Client.GetFromJsonAsync<JsonNode>("/sandbox/scenarios"))!["queue"]!.AsArray();
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, queue.Count);
        Assert.Empty(await standIn.ListAsync("requests"));
    }

    [Theory]
    [InlineData("/sandbox/scenarios", "DELETE")]
    [InlineData("/sandbox/events", "GET")]
    public async Task Nor_Clear_The_Queue_Or_Hold_A_Stream(string path, string method)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        Add(request, "Origin", "https://elsewhere.example");

        using var response = await standIn.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/console/main.js", "text/javascript")]
    [InlineData("/console/console.css", "text/css")]
    public async Task Pages_Come_With_Their_Type_And_A_Policy_Without_Inline_Script(string path, string type)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.GetAsync(path);

        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/console/index.html")]
    [InlineData("/console/missing.js")]
    [InlineData("/console/..%2Fwidget.html")]
    public async Task Nothing_Else_Is_Served(string path)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
            request.Headers.Add(name, value);
    }

    private static Task<HttpResponseMessage> OpenStreamAsync(RunningStandIn standIn) =>
        standIn.Client.GetAsync("/sandbox/events", HttpCompletionOption.ResponseHeadersRead);

    private static async Task<long?> NextEventAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return long.Parse(line.AsSpan(6), System.Globalization.CultureInfo.InvariantCulture);
        }

        return null;
    }
}
