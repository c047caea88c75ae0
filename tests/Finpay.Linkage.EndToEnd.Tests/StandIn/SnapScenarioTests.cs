using System.Net.Http.Json;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class SnapScenarioTests
{
    private const string Person = "6281295288912";

    [Fact]
    public async Task Phone_0031_Has_Its_Token_Dropped_Once_Per_Reference()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = (await standIn.RequestAsync()).For("6281295280031", "202411011441000001");

        var first = await standIn.AskAsync(request with { ExternalId = "1" });
        var sameToken = await standIn.AskAsync(request with { ExternalId = "2" });
        var newToken = await standIn.AskAsync(request with { Token = await standIn.TokenAsync(), ExternalId = "3" });
        var otherReference = await standIn.AskAsync(
            (await standIn.RequestAsync()).For("6281295280031", "202411011441000002") with { ExternalId = "4" });

        Assert.Equal(("4010001", "Invalid Token (B2B)", 401), (first.Code, first.Message, (int)first.Status));
        Assert.Equal(("4010001", "2000000", "4010001"), (sameToken.Code, newToken.Code, otherReference.Code));
        Assert.Equal(
            ["token-expired", "person", "token-expired"],
            (await standIn.ListAsync("requests")).Select(r => (string?)r!["scenario"]).OfType<string>());
    }

    [Fact]
    public async Task Phone_0032_Is_Told_Once_Per_Reference_That_Its_External_Id_Was_Used()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = (await standIn.RequestAsync()).For("6281295280032", "202411011441000001");

        var first = await standIn.AskAsync(request with { ExternalId = "1" });
        var second = await standIn.AskAsync(request with { ExternalId = "2" });

        Assert.Equal(("4090000", 409, "2000000"), (first.Code, (int)first.Status, second.Code));
    }

    [Theory]
    [InlineData("token-expired", "4010001")]
    [InlineData("external-id-used", "4090000")]
    public async Task Queued_It_Applies_As_Often_As_It_Is_Queued(string scenario, string code)
    {
        await using var standIn = await SnapSamples.StartAsync();
        using var queued = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario, count = 2 });
        queued.EnsureSuccessStatusCode();
        var codes = new List<string>();
        foreach (var id in new[] { "1", "2", "3" })
            codes.Add((await standIn.AskAsync(await standIn.RequestAsync() with { ExternalId = id })).Code);

        Assert.Equal([code, code, "2000000"], codes);
    }

    [Theory]
    [InlineData("0031", "4010001")]
    [InlineData("0032", "4090000")]
    public async Task Without_Snap_They_Are_Those_Answers_Once(string digits, string code)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        Assert.Equal(code, (await standIn.AskForAsync($"628129528{digits}")).Code);
        Assert.Equal("2000000", (await standIn.AskForAsync($"628129528{digits}")).Code);
    }

    [Fact]
    public async Task A_Request_That_Is_Refused_Takes_Nothing_From_The_Queue()
    {
        await using var standIn = await SnapSamples.StartAsync();
        using var queued = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario = "token-expired", phoneNo = Person });
        var request = await standIn.RequestAsync();

        Assert.Equal("4010000", (await standIn.AskAsync(request with { Secret = "wrong" })).Code);
        Assert.Equal("4010001", (await standIn.AskAsync(request)).Code);
    }
}
