using System.Text;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Upgrades;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Http;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>docs/state-machine.md, and the table of Finnet's answers in docs/api.md, as the code has them.</summary>
internal static class StateMachinePage
{
    private const string Head = """
        # The statuses of an upgrade

        Made from the code; a test compares them, and rewrites this page when `LINKAGE_UPDATE_DOCS=1` is set.

        A column is the status before, a cell the status after. An answer that comes late, after the lease was taken over, only adds to the
        history. [api.md](api.md#post-v1account-upgrades) says which answer of Finnet's is which row.

        """;

    private static readonly UpgradeStatus[] Statuses = Enum.GetValues<UpgradeStatus>();

    // A row for each answer; 4090001 has two.
    private static readonly (string Name, FinnetAnswerKind Kind, bool MayHaveArrived)[] Answers =
    [
        ("2000000 with a usable URL", FinnetAnswerKind.WidgetIssued, false),
        ("2000002", FinnetAnswerKind.Approved, false),
        ("2000001", FinnetAnswerKind.Rejected, false),
        ("2020000", FinnetAnswerKind.InProcess, false),
        ("another 4xx code, or HTTP 4xx without a code (not 408, 409, 425, 429)", FinnetAnswerKind.Refused, false),
        ("the token service refuses our credentials", FinnetAnswerKind.CredentialsRefused, false),
        ("4090001, asked twice, after an attempt of ours that may have arrived", FinnetAnswerKind.DuplicateReference, true),
        ("4090001 otherwise", FinnetAnswerKind.DuplicateReference, false),
        ("never sent (name, connection, TLS, no token, circuit open)", FinnetAnswerKind.NotSent, false),
        ("429 or 503 after the retries", FinnetAnswerKind.Busy, false),
        ("a 5xx code, unreadable or oversize body, 2000000 without a usable URL", FinnetAnswerKind.Unclear, false),
        ("no complete answer in time, connection broken after sending", FinnetAnswerKind.NoAnswer, false),
    ];

    public static string Render()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        page.Append("\n## Finnet's answer to the attempt that holds the record\n\n");
        Row(page, ["answer", .. Statuses.Select(status => EnumText.Of(status))]);
        Row(page, [.. Enumerable.Repeat("---", Statuses.Length + 1)]);
        foreach (var (name, kind, mayHaveArrived) in Answers)
            Row(page, [name, .. Statuses.Select(status => EnumText.Of(UpgradeTransitions.After(status, kind, mayHaveArrived)))]);
        page.Append("\n## A notification with new content\n\nBehind the dot is what becomes of the notification (its disposition).\n\n");
        Row(page, ["outcome", "no record", .. Statuses.Select(status => EnumText.Of(status))]);
        Row(page, [.. Enumerable.Repeat("---", Statuses.Length + 2)]);
        foreach (var outcome in new[] { KycOutcome.Approved, KycOutcome.Rejected, KycOutcome.Unknown })
        {
            var withoutRecord = outcome == KycOutcome.Unknown ? Disposition.UnknownOutcome : Disposition.Orphan;
            Row(page, [EnumText.Of(outcome), $"· {EnumText.Of(withoutRecord)}", .. Statuses.Select(
                status => Cell(UpgradeTransitions.After(status, outcome)))]);
        }

        return page.ToString();
    }

    /// <summary>What becomes of each of Finnet's answers.</summary>
    public static string RenderAnswers()
    {
        var page = new StringBuilder("\n");
        Row(page, ["Finnet's answer", "stored", "our answer", "the same call again", "adopts orphans"]);
        Row(page, [.. Enumerable.Repeat("---", 5)]);
        foreach (var (name, kind, mayHaveArrived) in Answers)
        {
            var stored = UpgradeTransitions.After(UpgradeStatus.Requested, kind, mayHaveArrived);
            Row(page, [name, EnumText.Of(stored), Told(kind, stored), Again(kind, stored), UpgradeTransitions.AdoptsOrphans(kind)
                ? "yes"
                : "no"]);
        }

        return page.Append('\n').ToString();
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Cell((UpgradeStatus Status, Disposition Disposition) after) =>
        $"{EnumText.Of(after.Status)} · {EnumText.Of(after.Disposition)}";

    private static string Told(FinnetAnswerKind kind, UpgradeStatus stored)
    {
        var attempt = new Attempt(AttemptState.Begun, UpgradeRows.Of(stored))
        {
            Id = "attempt",
            Phone = new KeyedHashes([], null),
            Answer = new FinnetAnswer { Kind = kind },
            Held = true,
        };
        var answer = CreateAnswer.For(attempt, (row, _) => UpgradeRows.View(row)).Result;
        var status = ((IStatusCodeHttpResult)answer).StatusCode;
        return answer is ProblemResult problem ? $"{status} `{problem.Problem.Type.Split(':')[^1]}`" : $"{status}, the object";
    }

    private static string Again(FinnetAnswerKind kind, UpgradeStatus stored)
    {
        var code = kind == FinnetAnswerKind.DuplicateReference ? ResponseCode.DuplicateReference.ToString() : null;
        return BeginRules.Decide(
            UpgradeRows.Of(stored, code), UpgradeRows.Of(stored), new KeyedHashes(UpgradeRows.Fingerprint, null), ManualClock.Start,
            TimeSpan.Zero) switch
        {
            AttemptState.Begun => "asks Finnet",
            AttemptState.ReplayDuplicate => "409 replayed",
            AttemptState.Replay => "200 replayed",
            var other => other.ToString(),
        };
    }
}
