using System.Reflection;
using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>docs/state-machine.md, as the tables of the code have it.</summary>
internal static class StateMachinePage
{
    private const string Head = """
        # States and events of an upgrade

        Made from `UpgradeTransitions.cs` and `FinnetAnswers.cs`; a test compares them, and rewrites this page when `LINKAGE_UPDATE_DOCS=1` is set.

        A row is an event, a column the state before, a cell the state after; after a dot what becomes of the notification (its disposition) when its content is new.
        The first ten events are Finnet's answers to the attempt that holds the record; one that came late, after its lease was taken over, only adds to the history.


        """;

    private const string Answers = """

        ## Finnet's answers

        What becomes of a new record, what the caller is told, what the same call again does, whether it counts for the circuit breaker, and whether a notification that
        came before the record (an orphan) is adopted, if phone and merchant agree.


        """;

    public static string File { get; } = Path.Combine(
        typeof(StateMachinePage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SourceRoot").Value!, "docs", "state-machine.md");

    public static string Render()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        var states = Enum.GetValues<UpgradeStatus>();
        Row(page, ["event", "no record", .. states.Select(state => state.ToText())]);
        Row(page, [.. Enumerable.Repeat("---", states.Length + 2)]);
        foreach (var happened in Enum.GetValues<UpgradeEvent>())
            Row(page, [$"`{happened.ToText()}`", WithoutRecord(happened), .. states.Select(state => Cell(UpgradeTransitions.Decide(state, happened)))]);

        page.Append(Answers.ReplaceLineEndings("\n"));
        Row(page, ["event", "Finnet's answer", "stored", "told", "the same call again", "breaker", "adopts orphans"]);
        Row(page, [.. Enumerable.Repeat("---", 7)]);
        foreach (var answer in FinnetAnswers.Table)
            Row(page, [$"`{answer.Event.ToText()}`", Words(answer.Event), answer.Stored.ToText(), Told(answer), Again(answer), Mark(answer.CountsForBreaker), Mark(answer.AdoptsOrphans)]);
        return page.ToString();
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Cell(Transition transition) =>
        transition.Disposition is { } disposition ? $"{transition.Status.ToText()} · {disposition.ToText()}" : transition.Status.ToText();

    private static string WithoutRecord(UpgradeEvent happened) =>
        happened >= UpgradeEvent.NotifiedApproved ? $"· {UpgradeTransitions.WithoutRecord(happened).ToText()}" : "";

    private static string Told(FinnetAnswer answer) => answer switch
    {
        { Problem: { } problem } => $"{problem.Status} `{problem.Slug}`",
        { Event: UpgradeEvent.WidgetIssued } => "201, the object",
        _ => "200, the object",
    };

    private static string Again(FinnetAnswer answer) => answer.Again switch
    {
        SameCallAgain.Ask => "asks Finnet",
        SameCallAgain.ReplayDuplicate => "409 replayed",
        _ => "200 replayed",
    };

    private static string Mark(bool holds) => holds ? "yes" : "no";

    // api.md's words for its rows.
    private static string Words(UpgradeEvent happened) => happened switch
    {
        UpgradeEvent.WidgetIssued => "2000000 with a usable URL",
        UpgradeEvent.AnsweredInProcess => "2020000",
        UpgradeEvent.AnsweredApproved => "2000002",
        UpgradeEvent.AnsweredRejected => "2000001",
        UpgradeEvent.Refused => "another 4xx code",
        UpgradeEvent.DuplicateReference => "4090001 otherwise",
        UpgradeEvent.DuplicateInDoubt => "4090001, asked twice, after an attempt of ours that may have arrived",
        UpgradeEvent.NotProcessed => "never sent (name, connection, TLS, no token, circuit open); 429 or 503 after the retries",
        UpgradeEvent.Unclear => "a 5xx code, unreadable or oversize body, 2000000 without a usable URL",
        UpgradeEvent.NoAnswer => "no complete answer in time, connection broken after sending",
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };
}
