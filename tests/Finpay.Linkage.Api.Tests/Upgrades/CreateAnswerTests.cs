using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>What a create call is told, for ends that are hard to bring about from outside.</summary>
public sealed class CreateAnswerTests
{
    [Theory]
    [InlineData("requested", "Unclear", 409, "request-in-progress")]
    [InlineData("failed", "Refused", 409, "request-in-progress")]
    [InlineData("inDoubt", "Unclear", 409, "request-in-progress")]
    [InlineData("widgetIssued", "Refused", 200, null)]
    [InlineData("approved", "Refused", 200, null)]
    [InlineData("rejected", "Unclear", 200, null)]
    [InlineData("inProcess", "Unclear", 200, null)]
    public async Task A_Late_Attempt_Is_Told_Where_The_Record_Stands(string status, string happened, int answered, string? problem)
    {
        var answer = await AnswerAsync(new CreateResult(Row(status), BeginDecision.Ask) { Event = Enum.Parse<UpgradeEvent>(happened), Held = false });

        Assert.Equal((answered, problem), (answer.Status, answered == 200 ? null : answer.Problem));
        Assert.Equal(problem is not null, answer.Headers.ContainsKey("Retry-After"));
    }

    [Theory]
    [InlineData("Redacted", "reference-redacted")]
    [InlineData("ContentDiffers", "reference-reused")]
    [InlineData("ReplayDuplicate", "duplicate-reference")]
    [InlineData("InProgress", "request-in-progress")]
    public async Task A_Conflict_Names_Its_Kind_And_Its_Record(string decision, string problem)
    {
        var answer = await AnswerAsync(new CreateResult(Row("requested"), Enum.Parse<BeginDecision>(decision)));

        Assert.Equal((409, problem, Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
    }

    [Theory]
    [InlineData(12_300, "13")]
    [InlineData(1, "1")]
    [InlineData(-5, "1")]
    public async Task Retry_After_Is_Whole_Seconds_Rounded_Up_And_At_Least_One(int milliseconds, string header)
    {
        var answer = await AnswerAsync(new CreateResult(Row("requested"), BeginDecision.InProgress) { LeaseLeft = TimeSpan.FromMilliseconds(milliseconds) });

        Assert.Equal(header, answer.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("NotSent", "NotProcessed", 503, "finnet-unavailable")]
    [InlineData("Busy", "NotProcessed", 503, "finnet-unavailable")]
    [InlineData("DuplicateReference", "Refused", 409, "duplicate-reference")]
    [InlineData("Refused", "Refused", 502, "finnet-refused")]
    [InlineData("Unclear", "Unclear", 502, "finnet-unclear")]
    [InlineData("NoAnswer", "Unclear", 504, "finnet-timeout")]
    public async Task Every_Failure_Has_Its_Answer(string failure, string happened, int status, string problem)
    {
        var exception = new FinnetException(Enum.Parse<FinnetFailure>(failure), "planted-exception-text");

        var answer = await AnswerAsync(new CreateResult(Row("failed"), BeginDecision.Ask) { Event = Enum.Parse<UpgradeEvent>(happened), Held = true, Failure = exception });

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_Failure_Is_In_The_Table_Above() => Assert.Equal(6, Enum.GetValues<FinnetFailure>().Length);

    private static async Task<Answer> AnswerAsync(CreateResult result)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await CreateAnswer.For(result, Calls.Reference, View).ExecuteAsync(context);
        return new Answer(
            context.Response.StatusCode,
            context.Response.ContentType,
            System.Text.Encoding.UTF8.GetString(body.ToArray()),
            context.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private static UpgradeView View(UpgradeRow row, bool justIssued) => new() { PartnerReferenceNo = row.PartnerReferenceNo, Status = row.CurrentStatus, CreatedAt = ManualClock.Start, UpdatedAt = ManualClock.Start };

    private static UpgradeRow Row(string status) => new() { PartnerReferenceNo = Calls.Reference, Owner = "shop", MerchantId = "M", Status = status };
}
