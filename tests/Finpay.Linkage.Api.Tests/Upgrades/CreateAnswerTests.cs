using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>The answers to a create call that are hard to cause from outside.</summary>
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
        var answer = await AnswerAsync(Ended(status, happened, held: false));

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
        var answer = await AnswerAsync(Found(Enum.Parse<AttemptState>(decision)));

        Assert.Equal((409, problem, Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
    }

    [Theory]
    [InlineData(12_300, "13")]
    [InlineData(1, "1")]
    [InlineData(-5, "1")]
    public async Task Retry_After_Is_Whole_Seconds_Rounded_Up_And_At_Least_One(int milliseconds, string header)
    {
        var answer = await AnswerAsync(Found(AttemptState.InProgress) with { LeaseLeft = TimeSpan.FromMilliseconds(milliseconds) });

        Assert.Equal(header, answer.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("NotSent", 503, "finnet-unavailable")]
    [InlineData("Busy", 503, "finnet-unavailable")]
    [InlineData("DuplicateReference", 409, "duplicate-reference")]
    [InlineData("Refused", 502, "finnet-refused")]
    [InlineData("CredentialsRefused", 502, "finnet-credentials")]
    [InlineData("Unclear", 502, "finnet-unclear")]
    [InlineData("NoAnswer", 504, "finnet-timeout")]
    public async Task Every_Failure_Has_Its_Answer(string failure, int status, string problem)
    {
        var failed = new FinnetAnswer
        {
            Kind = Enum.Parse<FinnetAnswerKind>(failure),
            Reason = "planted-reason",
            Cause = new IOException(
            "planted-exception-text")
        };

        var answer = await AnswerAsync(Ended("failed", failure, held: true) with { Answer = failed });

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Ask_That_Was_Not_Processed_Is_Not_Passed_Off_As_The_State_That_Was()
    {
        var answer = await AnswerAsync(Ended("inProcess", "NotSent", held: true));

        Assert.Equal((503, "finnet-unavailable"), (answer.Status, answer.Problem));
    }

    [Theory]
    [InlineData("approved", 200)]
    [InlineData("rejected", 200)]
    public async Task A_Result_That_A_Notification_Brought_Is_The_Answer_To_A_Failed_Ask(string status, int answered)
    {
        var answer = await AnswerAsync(Ended(status, "NoAnswer", held: true));

        Assert.Equal(answered, answer.Status);
    }

    [Theory]
    [InlineData("inDoubt", true)]
    [InlineData("failed", false)]
    public async Task A_Duplicate_Reference_Says_Whether_An_Earlier_Attempt_May_Be_The_Reason(string status, bool says)
    {
        var answer = await AnswerAsync(Ended(status, "DuplicateReference", held: true));

        Assert.Equal(says, answer["detail"]!.Contains("An earlier attempt may have reached Finnet", StringComparison.Ordinal));
        Assert.Contains("new reference", answer["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("widgetIssued", "WidgetIssued")]
    [InlineData("inProcess", "InProcess")]
    [InlineData("approved", "Approved")]
    [InlineData("rejected", "Rejected")]
    public async Task Only_The_Attempt_That_Brought_The_Url_Shows_It_Whatever_Status_And_Expiry_Say(string status, string answer)
    {
        await AnswerAsync(Ended(status, answer, held: true), Assert.True);
        await AnswerAsync(Ended(status, answer, held: false), Assert.False);
    }

    private static async Task<Answer> AnswerAsync(Attempt attempt, Action<bool>? onView = null)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await CreateAnswer.For(attempt, (row, justIssued) =>
        {
            onView?.Invoke(justIssued);
            return UpgradeRows.View(row);
        }).ExecuteAsync(context);
        var answer = new Answer(
            context.Response.StatusCode,
            context.Response.ContentType,
            System.Text.Encoding.UTF8.GetString(body.ToArray()),
            context.Response.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (answer.Status >= 400)
            Assert.Matches(@"^[A-Z].{12,}\.$", answer["detail"]);
        return answer;
    }

    private static Attempt Ended(string status, string answer, bool held) => Found(AttemptState.Begun, status) with
    {
        Answer = new FinnetAnswer { Kind = Enum.Parse<FinnetAnswerKind>(answer) },
        Held = held,
    };

    private static Attempt Found(AttemptState state, string status = "requested") => new(
        state, UpgradeRows.Of(Enum.Parse<UpgradeStatus>(status, ignoreCase: true)))
    {
        Id = "attempt",
        Phone = new KeyedHashes([], null),
    };
}
