using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The whole sandbox with SNAP B2B: our client signs, and the stand-in verifies with its own code.</summary>
public sealed class SnapPathTests : IDisposable
{
    private const string Widget = "/api/v1.0/upgrade-account-widget";
    private const string Token = "/v1.0/access-token/b2b";

    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_Documented_Request_Is_Authentic_And_Approved()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder, snap: true);

        using var response = await sandbox.CreateAsync(RunningSandbox.DocumentedRequest());

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var arrived = await ArrivedAsync(sandbox);
        Assert.Equal([(Token, "2007300", 0), (Widget, "2000000", 0)], arrived);
    }

    [Fact]
    public async Task One_Token_Serves_Until_The_Clock_Has_Passed_Its_End()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder, snap: true);
        await CreateAsync(sandbox, "081295288912", HttpStatusCode.Created);
        await CreateAsync(sandbox, "081295288913", HttpStatusCode.Created);

        // Only the stand-in's clock moves: for the API the token is still valid, so it sends it and is refused.
        using var advanced = await sandbox.Finnet.PostAsJsonAsync("/sandbox/clock", new { advanceSeconds = 901 });
        advanced.EnsureSuccessStatusCode();
        await CreateAsync(sandbox, "081295288914", HttpStatusCode.Created);

        Assert.Equal(
            [(Token, "2007300"), (Widget, "2000000"), (Widget, "2000000"), (Widget, "4010001"), (Token, "2007300"), (Widget, "2000000")],
            (await ArrivedAsync(sandbox)).Select(request => (request.Path, request.Code)));
    }

    [Theory]
    [InlineData("081295280031", "4010001", 2)]
    [InlineData("081295280032", "4090000", 1)]
    public async Task Refused_Headers_Are_Replaced_And_The_Customer_Gets_The_Widget(string phone, string refusal, int tokens)
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder, snap: true);

        await CreateAsync(sandbox, phone, HttpStatusCode.Created);

        var arrived = await ArrivedAsync(sandbox);
        Assert.Equal([refusal, "2000000"], arrived.Where(request => request.Path == Widget).Select(request => request.Code));
        Assert.Equal(tokens, arrived.Count(request => request.Path == Token));
    }

    [Fact]
    public async Task After_A_Restart_Of_Both_It_Goes_On()
    {
        await using (var first = await RunningSandbox.StartAsync(folder, snap: true))
            await CreateAsync(first, "081295288912", HttpStatusCode.Created);

        await using var second = await RunningSandbox.StartAsync(folder, snap: true);
        await CreateAsync(second, "081295288913", HttpStatusCode.Created);

        Assert.Equal([(Token, "2007300", 0), (Widget, "2000000", 0)], await ArrivedAsync(second));
    }

    [Fact]
    public async Task A_Folder_Of_A_Run_Without_Snap_Serves_One_With_It()
    {
        await using (var first = await RunningSandbox.StartAsync(folder))
            await CreateAsync(first, "081295288912", HttpStatusCode.Created);

        await using var second = await RunningSandbox.StartAsync(folder, snap: true);
        await CreateAsync(second, "081295288913", HttpStatusCode.Created);
    }

    private static async Task CreateAsync(RunningSandbox sandbox, string phone, HttpStatusCode expected)
    {
        using var response = await sandbox.CreateAsync($$"""{ "phoneNo": "{{phone}}" }""");
        Assert.Equal(expected, response.StatusCode);
    }

    /// <summary>Oldest first.</summary>
    private static async Task<List<(string Path, string Code, int Problems)>> ArrivedAsync(RunningSandbox sandbox) =>
        [.. (await sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests"))!.Reverse()
            .Select(
                request =>
                    (
                        (string)request!["path"]!,
                        (string)JsonNode.Parse((string)request["answer"]!["body"]!)!["responseCode"]!,
                        request["problems"]!.AsArray().Count))];
}
