using System.Net;
using System.Net.Http.Json;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class ScenarioTests
{
    private const string Person = "6281295288912";

    [Fact]
    public async Task A_Widget_Is_Issued_For_One_Hour_In_Jakarta_Time()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        var answer = await standIn.AskForAsync(Person);

        Assert.Equal((HttpStatusCode.OK, "2000000", "2024-11-01 14:00:00"), (answer.Status, answer.Code, answer.ExpiryTime));
        Assert.StartsWith($"{standIn.Client.BaseAddress}widget/prem?phone={Person}&uuid=", answer.WidgetUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Used_Up_Reference_Is_Answered_With_4090001()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        await standIn.AskForAsync(Person);

        var again = await standIn.AskForAsync(Person);
        var other = await standIn.AskForAsync(Person, "202411011441000013");

        Assert.Equal((HttpStatusCode.Conflict, "4090001"), (again.Status, again.Code));
        Assert.Equal("2000000", other.Code);
    }

    [Theory]
    [InlineData("0003", HttpStatusCode.Accepted, "2020000")]
    [InlineData("0004", HttpStatusCode.OK, "2000002")]
    [InlineData("0005", HttpStatusCode.OK, "2000001")]
    [InlineData("0021", HttpStatusCode.InternalServerError, "5000000")]
    [InlineData("0024", HttpStatusCode.Conflict, "4090001")]
    [InlineData("0025", HttpStatusCode.Unauthorized, "4010000")]
    public async Task A_Scripted_Answer_Comes_At_Once_And_Uses_No_Reference_Up(string digits, HttpStatusCode status, string code)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        var answer = await standIn.AskForAsync($"628129528{digits}");

        Assert.Equal((status, code, null), (answer.Status, answer.Code, answer.WidgetUrl));
        Assert.Equal("2000000", (await standIn.AskForAsync(Person)).Code);
    }

    [Theory]
    [InlineData("0001", "KYC Approved", "kycMessage")]
    [InlineData("0002", "KYC Rejected", "kycMessage")]
    [InlineData("0012", "KYC Rejected", "kysMessage")]
    public async Task A_Scripted_Decision_Is_Notified_After_Two_Seconds(string digits, string kycResponse, string messageField)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        await standIn.AskForAsync($"628129528{digits}");

        await standIn.AdvanceAsync(1.9);
        Assert.Empty(standIn.Merchant.Received);
        await standIn.AdvanceAsync(0.1);

        var notification = Assert.Single(standIn.Merchant.Received);
        Assert.Equal("application/json", standIn.Merchant.ContentType);
        Assert.Equal(
            ["kycResponse", messageField, "partnerReferenceNo", "phoneNo", "merchantId"], notification.Select(member => member.Key));
        Assert.Equal(kycResponse, (string)notification["kycResponse"]!);
        Assert.Equal(
            ("202411011441000012", $"628129528{digits}", "AGREE170724"),
            ((string)notification["partnerReferenceNo"]!, (string)notification["phoneNo"]!, (string)notification["merchantId"]!));
    }

    [Fact]
    public async Task Phone_0011_Is_Notified_Three_Times_At_Once()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var allThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        standIn.Merchant.BeforeAnswer = () =>
        {
            // No request is answered before all have arrived, so sequential sending would hang here.
            if (standIn.Merchant.Received.Count == 3)
                allThere.SetResult();

            return allThere.Task;
        };
        await standIn.AskForAsync("6281295280011");

        await standIn.AdvanceAsync(2);

        Assert.Equal(3, standIn.Merchant.Received.Count);
    }

    [Fact]
    public async Task Phone_0013_Is_Notified_Before_The_Widget_Response()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var mayAnswer = new TaskCompletionSource();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        standIn.Merchant.BeforeAnswer = () =>
        {
            arrived.SetResult();
            return mayAnswer.Task;
        };

        var asking = standIn.AskForAsync("6281295280013");
        await arrived.Task;
        Assert.False(asking.IsCompleted);
        mayAnswer.SetResult();

        Assert.Equal("2000000", (await asking).Code);
        Assert.Equal("KYC Approved", (string)Assert.Single(standIn.Merchant.Received)["kycResponse"]!);
    }

    [Fact]
    public async Task Phone_0014_Is_Approved_And_Contradicted_A_Minute_Later()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        await standIn.AskForAsync("6281295280014");

        await standIn.AdvanceAsync(61);
        Assert.Equal(["KYC Approved"], standIn.Merchant.Received.Select(n => (string)n["kycResponse"]!));
        await standIn.AdvanceAsync(1);

        Assert.Equal(["KYC Approved", "KYC Rejected"], standIn.Merchant.Received.Select(n => (string)n["kycResponse"]!));
    }

    [Fact]
    public async Task Phone_0015_Is_Never_Notified_Even_When_A_Person_Decides()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var answer = await standIn.AskForAsync("6281295280015");

        using var page = await standIn.DecideAsync("approve", answer.WidgetUrl!);
        await standIn.AdvanceAsync(86400);

        Assert.Contains("sends no notification", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(standIn.Merchant.Received);
        Assert.Equal("2000002", (await standIn.AskForAsync("6281295280015", "202411011441000013")).Code);
    }

    [Fact]
    public async Task Phone_0022_Answers_After_A_Minute_Once_And_Then_4090001()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var asking = standIn.AskForAsync("6281295280022");
        Assert.False(asking.IsCompleted);

        // The request may not have arrived at the stand-in yet, so the minute may have to pass more than once.
        while (!asking.IsCompleted)
        {
            await standIn.AdvanceAsync(60);
            await Task.Yield();
        }

        Assert.Equal("2000000", (await asking).Code);
        Assert.Equal("4090001", (await standIn.AskForAsync("6281295280022")).Code);
    }

    [Fact]
    public async Task Phone_0023_Loses_The_Connection_Once_And_Then_Gets_4090001()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => standIn.AskForAsync("6281295280023"));

        Assert.Equal("4090001", (await standIn.AskForAsync("6281295280023")).Code);
    }

    [Fact]
    public async Task Phone_0026_Gets_200_And_A_Body_That_Is_Not_Json()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.PostAsync(WidgetBody.Bytes(WidgetBody.Of("6281295280026", "202411011441000012")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("<html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Rejected_Phone_Gets_A_New_Widget_And_An_Approved_One_Is_Answered_2000002()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var first = await standIn.AskForAsync(Person, "202411011441000001");
        using var rejected = await standIn.DecideAsync("reject", first.WidgetUrl!);
        var second = await standIn.AskForAsync(Person, "202411011441000002");
        using var approved = await standIn.DecideAsync("approve", second.WidgetUrl!);
        var third = await standIn.AskForAsync(Person, "202411011441000003");

        Assert.Equal(("2000000", "2000000", "2000002"), (first.Code, second.Code, third.Code));
        Assert.Equal("4090001", (await standIn.AskForAsync(Person, "202411011441000002")).Code);
        Assert.Equal("2000002", (await standIn.AskForAsync("081295288912", "202411011441000003")).Code);
        Assert.Equal("2000000", (await standIn.AskForAsync("6281295288913", "202411011441000003")).Code);
    }

    [Fact]
    public async Task A_Phone_That_Is_Forgotten_Starts_Afresh_With_The_Same_Reference()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var approved = await standIn.DecideAsync("approve", (await standIn.AskForAsync(Person)).WidgetUrl!);
        var other = await standIn.AskForAsync("6281295288913", "202411011441000013");

        using var wrong = await standIn.Client.PostAsJsonAsync("/sandbox/phones/forget", new { phoneNo = "0812" });
        Assert.Equal("4090001", (await standIn.AskForAsync(Person)).Code);
        using var forgotten = await standIn.Client.PostAsJsonAsync("/sandbox/phones/forget", new { phoneNo = "081295288912" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NoContent), (wrong.StatusCode, forgotten.StatusCode));
        Assert.Equal(["6281295288913"], (await standIn.ListAsync("sessions")).Select(s => (string)s!["phoneNo"]!));
        Assert.Equal(["6281295288913"], (await standIn.ListAsync("requests")).Select(r => (string)r!["body"]!["phoneNo"]!));
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(standIn.Folder, "sessions")),
            file => !file.Contains(Uuid(other.WidgetUrl!), StringComparison.Ordinal));
        Assert.Equal("2000000", (await standIn.AskForAsync(Person)).Code);
        Assert.Equal("2000000", (await standIn.AskForAsync(Person, "202411011441000014")).Code);
    }

    [Fact]
    public async Task Phone_0006_Is_Answered_2020000_While_It_Has_An_Open_Widget()
    {
        const string Phone = "6281295280006";
        await using var standIn = await RunningStandIn.StartAsync();

        var first = await standIn.AskForAsync(Phone, "202411011441000001");
        var meanwhile = await standIn.AskForAsync(Phone, "202411011441000002");
        using var rejected = await standIn.DecideAsync("reject", first.WidgetUrl!);
        var second = await standIn.AskForAsync(Phone, "202411011441000002");
        await standIn.AdvanceAsync(3600);
        var third = await standIn.AskForAsync(Phone, "202411011441000003");
        using var approved = await standIn.DecideAsync("approve", third.WidgetUrl!);

        Assert.Equal(
            ["2000000", "2020000", "2000000", "2000000", "2000002"],
            [first.Code, meanwhile.Code, second.Code, third.Code, (await standIn.AskForAsync(Phone, "202411011441000004")).Code]);
        Assert.Equal("2000000", (await standIn.AskForAsync(Person, "202411011441000005")).Code);
        Assert.Equal("2000000", (await standIn.AskForAsync(Person, "202411011441000006")).Code);
    }

    [Fact]
    public async Task A_Scripted_Phone_Keeps_To_Its_Script_After_An_Approval()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        await standIn.AskForAsync("6281295280001", "202411011441000001");
        await standIn.AdvanceAsync(2);

        Assert.Equal("2000000", (await standIn.AskForAsync("6281295280001", "202411011441000002")).Code);
    }

    [Fact]
    public async Task A_Queued_Scenario_Applies_To_The_Next_Requests_Of_Its_Phone()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var queued = await standIn.Client.PostAsJsonAsync(
            "/sandbox/scenarios", new { scenario = "0021", phoneNo = "081295288912", count = 2 });
        queued.EnsureSuccessStatusCode();

        Assert.Equal("2000000", (await standIn.AskForAsync("6281295288913", "202411011441000001")).Code);
        Assert.Equal("5000000", (await standIn.AskForAsync(Person)).Code);
        Assert.Equal("5000000", (await standIn.AskForAsync(Person)).Code);
        Assert.Equal("2000000", (await standIn.AskForAsync(Person)).Code);
    }

    private static string Uuid(string widgetUrl) => System.Web.HttpUtility.ParseQueryString(new Uri(widgetUrl).Query)["uuid"]!;

    [Fact]
    public async Task An_Unknown_Scenario_Is_400_And_Names_The_Known_Ones()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.PostAsJsonAsync("/sandbox/scenarios", new { scenario = "0099" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.All(["0001", "0026", "contradict"], known => Assert.Contains(known, text, StringComparison.Ordinal));
    }
}
