using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>From the merchant's request to the result, through both processes' real HTTP.</summary>
public sealed class MainPathTests : IDisposable
{
    private const string Reference = "202411011441000012";

    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_Documented_Request_Reaches_Finnet_As_The_Contract_Says()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var given = JsonNode.Parse(RunningSandbox.DocumentedRequest())!;

        using var response = await sandbox.CreateAsync(given.ToJsonString());

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/v1/account-upgrades/{Reference}", response.Headers.Location?.ToString());
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.StartsWith(sandbox.Finnet.BaseAddress!.ToString(), (string)answer["widgetUrl"]!, StringComparison.Ordinal);
        Assert.NotNull(answer["expiryTime"]);

        var arrived = (await sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!.Single()!;
        Assert.Empty(arrived["problems"]!.AsArray());
        Assert.Equal(
            """{"merchantPass":"(matches)","kkNumber":"3273012501120007","biologicalMotherName":"Siti Aminah"}""",
            arrived["decrypted"]!.ToJsonString());

        var sent = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)arrived["bodyBase64"]!)))!;
        var encrypted = new[]
        {
            (string)sent["merchantPass"]!, (string)sent["personalData"]!["kkNumber"]!,
            (string)sent["personalData"]!["biologicalMotherName"]!,
        };
        var expected = given.DeepClone();
        expected["merchantId"] = "AGREE170724";
        expected["merchantPass"] = encrypted[0];
        expected["personalData"]!["kkNumber"] = encrypted[1];
        expected["personalData"]!["biologicalMotherName"] = encrypted[2];
        expected["personalData"]!["nationality"] = "WNI";
        Assert.True(
            JsonNode.DeepEquals(expected, sent),
            "What was sent is the request with three encrypted fields, merchant and nationality, and nothing else.");
    }

    [Fact]
    public async Task Approving_In_The_Widget_Ends_In_Approved_With_Its_History()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var widgetUrl = await CreateAsync(sandbox);

        await DecideAsync(sandbox, "approve", widgetUrl);

        var upgrade = await sandbox.ReadAsync(Reference);
        Assert.Equal("approved", (string)upgrade["status"]!);
        Assert.Null(upgrade["widgetUrl"]);
        Assert.Equal(
            ["widgetIssued finnetResponse 2000000", "approved kycNotification "],
            upgrade["history"]!.AsArray().Select(step => $"{step!["status"]} {step["source"]} {step["responseCode"]}"));
    }

    [Fact]
    public async Task The_Printed_Request_Can_Be_Approved_And_The_Phone_Stays_So()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var printed = sandbox.Banner.Split('\n').Select(line => line.Trim())
            .First(line => line.StartsWith("-d '", StringComparison.Ordinal));
        var request = printed["-d '".Length..^1];

        using var created = await sandbox.CreateAsync(request);
        var widget = (await created.Content.ReadFromJsonAsync<JsonNode>())!;
        await Customer.ApproveAsync((string)widget["widgetUrl"]!);
        await sandbox.SettleAsync();

        Assert.Equal("approved", (string)(await sandbox.ReadAsync((string)widget["partnerReferenceNo"]!))["status"]!);
        using var again = await sandbox.CreateAsync(request);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("approved", (string)(await again.Content.ReadFromJsonAsync<JsonNode>())!["status"]!);
    }

    [Fact]
    public async Task Rejecting_In_The_Widget_Hands_The_Reason_Through()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var widgetUrl = await CreateAsync(sandbox);

        await DecideAsync(sandbox, "reject", widgetUrl, "Foto KTP tidak terbaca");

        var upgrade = await sandbox.ReadAsync(Reference);
        Assert.Equal("rejected", (string)upgrade["status"]!);
        Assert.Equal("Foto KTP tidak terbaca", (string)upgrade["history"]![1]!["message"]!);
    }

    [Theory]
    [InlineData("kysMessage")]
    [InlineData("kycMessage")]
    public async Task A_Notification_Posted_By_Hand_Counts_In_Both_Spellings(string spelling)
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        await CreateAsync(sandbox);

        using var response = await sandbox.NotifyAsync($$"""
            { "kycResponse": "KYC Rejected", "{{spelling}}": "Your KYC has been rejected because…", "partnerReferenceNo": "{{Reference}}",
              "phoneNo": "6281295288912", "merchantId": "AGREE170724" }
            """);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"responseCode":"2000000","responseMessage":"Request has been processed successfully"}""",
            await response.Content.ReadAsStringAsync());
        var upgrade = await sandbox.ReadAsync(Reference);
        Assert.Equal("rejected", (string)upgrade["status"]!);
        Assert.Equal("Your KYC has been rejected because…", (string)upgrade["history"]![1]!["message"]!);
    }

    [Fact]
    public async Task A_Second_Run_On_The_Same_Folder_Goes_On_Where_The_First_Ended()
    {
        string key;
        string query;
        await using (var first = await RunningSandbox.StartAsync(folder))
        {
            key = first.DemoApiKey;
            query = new Uri(await CreateAsync(first)).Query;
        }

        await using var second = await RunningSandbox.StartAsync(folder);

        Assert.Equal(key, second.DemoApiKey);
        Assert.Equal("widgetIssued", (string)(await second.ReadAsync(Reference))["status"]!);
        await DecideAsync(second, "approve", $"{second.Finnet.BaseAddress}widget/prem{query}");
        Assert.Equal("approved", (string)(await second.ReadAsync(Reference))["status"]!);
        using var another = await second.CreateAsync("""{ "phoneNo": "081295288913" }""");
        Assert.Equal(HttpStatusCode.Created, another.StatusCode);
    }

    private static async Task<string> CreateAsync(RunningSandbox sandbox)
    {
        using var response = await sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!;
    }

    private static async Task DecideAsync(RunningSandbox sandbox, string verb, string widgetUrl, string reason = "")
    {
        var fields = System.Web.HttpUtility.ParseQueryString(new Uri(widgetUrl).Query);
        using var form = new FormUrlEncodedContent([new("phone", fields["phone"]!), new("uuid", fields["uuid"]!), new("reason", reason)]);
        using var response = await sandbox.Finnet.PostAsync($"/widget/prem/{verb}", form);
        response.EnsureSuccessStatusCode();
        await sandbox.SettleAsync();
    }
}
