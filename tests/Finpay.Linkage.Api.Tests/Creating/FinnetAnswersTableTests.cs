using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>
/// The table of Finnet's answers in docs/api.md, row by row and column by column: stored, answered,
/// the same call again, the circuit breaker.
/// </summary>
public sealed class FinnetAnswersTableTests
{
    // How many failing calls open the circuit (see FinnetResilience).
    private const int Enough = 20;

    private sealed record Row(
        Action<FinnetStub> Finnet, string Stored, int Status, string? Problem, string Again, bool Breaker)
    {
        /// <summary>What happened to the reference before.</summary>
        public Action<FinnetStub>? Before { get; init; }
    }

    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["2000000"] = new(finnet => finnet.Issues(), "widgetIssued", 201, null, "replay", false),
        ["2000002"] = new(finnet => finnet.Answers("2000002"), "approved", 200, null, "replay", false),
        ["2000001"] = new(finnet => finnet.Answers("2000001"), "rejected", 200, null, "replay", false),
        ["2020000"] = new(finnet => finnet.Answers("2020000"), "inProcess", 200, null, "ask", false),
        ["another 4xx code"] = new(finnet => finnet.Answers("4030004"), "failed", 502, "finnet-refused", "ask", false),
        ["an HTTP 4xx of a gateway without a code"] =
            new(finnet => finnet.Answers(403, "<html/>"), "failed", 502, "finnet-refused", "ask", false),
        ["4090001 after an attempt that may have arrived"] =
            new(finnet => finnet.Answers("4090001").Answers("4090001"), "inDoubt", 409,
                "duplicate-reference", "replay", false)
            {
                Before = finnet => finnet.BreaksAfterSending(),
            },
        ["4090001 otherwise"] = new(finnet => finnet.Answers("4090001"), "failed", 409, "duplicate-reference", "replay", false),
        ["never sent"] =
            new(finnet => finnet.RefusesConnection().RefusesConnection().RefusesConnection(), "requested", 503,
                "finnet-unavailable", "ask", true),
        ["429 after the retries"] =
            new(finnet => Busy(Busy(Busy(finnet, 429), 429), 429), "requested", 503, "finnet-unavailable", "ask",
                true),
        ["503 of a gateway"] = new(finnet => finnet.Answers(503, "<html/>"), "requested", 503, "finnet-unavailable", "ask", true),
        ["503 without a hint"] = new(finnet => finnet.Answers("5030000"), "requested", 503, "finnet-unavailable", "ask", true),
        ["a 5xx code"] = new(finnet => finnet.Answers("5040000"), "inDoubt", 502, "finnet-unclear", "ask", true),
        ["an HTTP 409 of a gateway without a code"] =
            new(finnet => finnet.Answers(409, "<html/>"), "inDoubt", 502, "finnet-unclear", "ask", true),
        ["a result of another service"] = new(finnet => finnet.Answers("2001202"), "inDoubt", 502, "finnet-unclear", "ask", true),
        ["unreadable"] = new(finnet => finnet.Answers(200, "<html/>"), "inDoubt", 502, "finnet-unclear", "ask", true),
        ["oversize"] = new(finnet => finnet.Answers(200, FinnetStub.Body("2000002", new string('x', 64 * 1024))), "inDoubt", 502,
            "finnet-unclear", "ask", true),
        ["2000000 without a usable URL"] = new(finnet => finnet.Answers("2000000"), "inDoubt", 502, "finnet-unclear", "ask", true),
        ["connection broken after sending"] = new(finnet => finnet.BreaksAfterSending(), "inDoubt", 504, "finnet-timeout", "ask", true),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_Is_Stored_And_Answered(string name)
    {
        var row = Rows[name];
        await using var host = await AfterAsync(row);

        row.Finnet(host.Finnet);
        var answer = await host.CreateAsync();

        Assert.Equal((row.Status, row.Problem), (answer.Status, row.Problem is null ? null : answer.Problem));
        Assert.Equal(row.Problem is null ? row.Stored : null, answer.Status < 300 ? answer["status"] : null);
        Assert.Equal(row.Stored, await host.StatusOfAsync());
        Assert.Equal(row.Status == 503, answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(row.Status == 201, answer.Headers.ContainsKey("Location"));
        Assert.False(answer.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_The_Same_Call_Again_Does(string name)
    {
        var row = Rows[name];
        await using var host = await AfterAsync(row);
        row.Finnet(host.Finnet);
        var first = await host.CreateAsync();
        var sent = host.Finnet.Sent.Count;
        if (row.Again == "ask")
            host.Finnet.Answers("2000002");

        var again = await host.CreateAsync();

        if (row.Again == "ask")
        {
            Assert.Equal((200, "approved"), (again.Status, again["status"]));
            Assert.False(again.Headers.ContainsKey("Idempotent-Replayed"));
            Assert.Equal(sent + 1, host.Finnet.Sent.Count);
        }
        else
        {
            Assert.Equal(
                (first.Status == 201 ? 200 : first.Status, first["status"], "true"),
                (again.Status, again["status"], again.Headers["Idempotent-Replayed"]));
            Assert.Equal(sent, host.Finnet.Sent.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whether_It_Counts_For_The_Circuit_Breaker(string name)
    {
        var row = Rows[name];
        if (row.Before is not null)
            row = row with { Finnet = Rows["4090001 otherwise"].Finnet };
        await using var host = new ApiHost();
        for (var call = 0; call < Enough; call++)
        {
            row.Finnet(host.Finnet);
            await host.CreateAsync($"reference-{call:00000}", $"08129528{call:0000}");
        }

        host.Finnet.Answers("2000002");
        var sent = host.Finnet.Sent.Count;
        var answer = await host.CreateAsync();

        Assert.Equal(row.Breaker ? 503 : 200, answer.Status);
        Assert.Equal(row.Breaker ? sent : sent + 1, host.Finnet.Sent.Count);
    }

    private static async Task<ApiHost> AfterAsync(Row row)
    {
        var host = new ApiHost();
        if (row.Before is { } before)
        {
            before(host.Finnet);
            await host.CreateAsync();
        }

        return host;
    }

    private static FinnetStub Busy(FinnetStub finnet, int status) => finnet.Answers(status, FinnetStub.Body($"{status}0000"), "0");
}
