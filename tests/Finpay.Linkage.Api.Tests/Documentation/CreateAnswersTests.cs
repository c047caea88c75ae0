using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The table of answers to a create call, row by row as it is documented.</summary>
public sealed class CreateAnswersTests
{
    public static TheoryData<AnswerRow> Rows => [.. Facts.Read<AnswerTable>("create-answers").Rows];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_Create_Call_Is_Answered_As_Documented(AnswerRow row)
    {
        await using var host = new ApiHost();
        if (row.Before is not null)
        {
            Plan(host.Finnet, row.Before);
            await host.CreateAsync();
        }

        Plan(host.Finnet, row.Finnet);
        var answer = await host.CreateAsync();

        Assert.Equal((row.Answer, row.Problem, row.Stored), (answer.Status, answer.Problem, await host.StatusOfAsync()));
        Assert.Equal(row.RetryAfter, answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(row.Answer == 201, answer.Headers.ContainsKey("Location"));
        Assert.Equal(row.Answer == 201, answer["widgetUrl"] is not null);
        await AgainAsync(host, row.Again);
    }

    private static async Task AgainAsync(ApiHost host, AnswerAgain expected)
    {
        var asked = host.Finnet.Sent.Count;
        if (expected.AsksFinnet)
            host.Finnet.Issues();

        var again = await host.CreateAsync();

        Assert.Equal(
            (expected.AsksFinnet ? 201 : expected.Answer, expected.Replayed),
            (again.Status, again.Headers.ContainsKey("Idempotent-Replayed")));
        Assert.Equal(expected.AsksFinnet ? asked + 1 : asked, host.Finnet.Sent.Count);
    }

    private static void Plan(FinnetStub finnet, IEnumerable<string> steps)
    {
        foreach (var step in steps)
        {
            _ = step switch
            {
                "issues" => finnet.Issues(),
                "can't connect" => finnet.RefusesConnection(),
                "breaks after sending" => finnet.BreaksAfterSending(),
                "403 of a gateway" => finnet.Answers(403, "<html>denied</html>"),
                "unreadable" => finnet.Answers(200, "<html>ok</html>"),
                // The hint lets the client try again at once.
                "4290000" or "5030000" => finnet.Answers(step == "4290000" ? 429 : 503, FinnetStub.Body(step), "0"),
                _ => finnet.Answers(step),
            };
        }
    }

    private sealed record AnswerTable(string Source, IReadOnlyList<AnswerRow> Rows);

    public sealed record AnswerAgain(bool AsksFinnet, int? Answer = null, bool Replayed = false);

    public sealed record AnswerRow(
        string When,
        IReadOnlyList<string> Finnet,
        string Stored,
        int Answer,
        AnswerAgain Again,
        IReadOnlyList<string>? Before = null,
        string? Problem = null,
        bool RetryAfter = false)
    {
        public override string ToString() => When;
    }
}
