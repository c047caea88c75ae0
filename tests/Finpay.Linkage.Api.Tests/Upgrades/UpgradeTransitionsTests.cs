using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>Every status with every answer and every outcome, as data.</summary>
public sealed class UpgradeTransitionsTests
{
    private static readonly string[] States = ["Requested", "WidgetIssued", "InProcess", "Approved", "Rejected", "InDoubt", "Failed"];

    // Row: Finnet's answer. Column: the status before, in the order above. DuplicateInDoubt:
    // 4090001 after an attempt that may have arrived.
    private static readonly (string Answer, string[] After)[] Table =
    [
        ("WidgetIssued",       ["WidgetIssued", "WidgetIssued", "WidgetIssued", "Approved", "Rejected", "WidgetIssued", "WidgetIssued"]),
        ("InProcess",          ["InProcess",    "InProcess",    "InProcess",    "Approved", "Rejected", "InProcess",    "InProcess"]),
        ("Approved",           ["Approved",     "Approved",     "Approved",     "Approved", "Approved", "Approved",     "Approved"]),
        ("Rejected",           ["Rejected",     "Rejected",     "Rejected",     "Approved", "Rejected", "Rejected",     "Rejected"]),
        ("Refused",            ["Failed",       "WidgetIssued", "Failed",       "Approved", "Rejected", "Failed",       "Failed"]),
        ("DuplicateReference", ["Failed",       "WidgetIssued", "Failed",       "Approved", "Rejected", "Failed",       "Failed"]),
        ("DuplicateInDoubt",   ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
        ("NotSent",            ["Requested",    "WidgetIssued", "InProcess",    "Approved", "Rejected", "InDoubt",      "Requested"]),
        ("Busy",               ["Requested",    "WidgetIssued", "InProcess",    "Approved", "Rejected", "InDoubt",      "Requested"]),
        ("CredentialsRefused", ["Requested",    "WidgetIssued", "InProcess",    "Approved", "Rejected", "InDoubt",      "Requested"]),
        ("Unclear",            ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
        ("NoAnswer",           ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
    ];

    // Row: the outcome of a notification. Column: the status before, in the order above; each with what becomes of the notification.
    private static readonly (string Outcome, string[] After)[] Notifications =
    [
        ("Approved",
        [
            "Approved Applied", "Approved Applied", "Approved Applied", "Approved Duplicate", "Approved Applied", "Approved Applied",
            "Approved Applied",
        ]),
        ("Rejected",
        [
            "Rejected Applied", "Rejected Applied", "Rejected Applied", "Approved Contradiction", "Rejected Duplicate", "Rejected Applied",
            "Rejected Applied",
        ]),
        ("Unknown", [.. States.Select(state => $"{state} UnknownOutcome")]),
    ];

    public static TheoryData<string, string, string> Transitions() => Cells(Table);

    public static TheoryData<string, string, string> Notified() => Cells(Notifications);

    [Theory]
    [MemberData(nameof(Transitions))]
    public void The_Status_After_An_Answer(string before, string answer, string after)
    {
        var kind = Enum.Parse<FinnetAnswerKind>(answer == "DuplicateInDoubt" ? "DuplicateReference" : answer);

        Assert.Equal(after, UpgradeTransitions.After(Enum.Parse<UpgradeStatus>(before), kind, answer == "DuplicateInDoubt").ToString());
        // That an earlier attempt may have arrived makes a difference for 4090001 alone.
        if (kind != FinnetAnswerKind.DuplicateReference)
            Assert.Equal(after, UpgradeTransitions.After(Enum.Parse<UpgradeStatus>(before), kind, mayHaveArrived: true).ToString());
    }

    [Theory]
    [MemberData(nameof(Notified))]
    public void The_Status_And_The_Disposition_After_A_Notification(string before, string outcome, string after)
    {
        var (status, disposition) = UpgradeTransitions.After(Enum.Parse<UpgradeStatus>(before), Enum.Parse<KycOutcome>(outcome));

        Assert.Equal(after, $"{status} {disposition}");
    }

    [Theory]
    [InlineData("WidgetIssued", false)]
    [InlineData("InProcess", true)]
    [InlineData("Approved", true)]
    [InlineData("Rejected", true)]
    [InlineData("DuplicateReference", true)]
    [InlineData("Refused", false)]
    [InlineData("NotSent", false)]
    [InlineData("Busy", false)]
    [InlineData("CredentialsRefused", false)]
    [InlineData("Unclear", false)]
    [InlineData("NoAnswer", false)]
    public void Orphans_Are_Adopted_When_Finnet_Knows_The_Reference(string answer, bool adopts) =>
        Assert.Equal(adopts, UpgradeTransitions.AdoptsOrphans(Enum.Parse<FinnetAnswerKind>(answer)));

    [Fact]
    public void The_Tables_Are_Complete()
    {
        Assert.Equal(Enum.GetNames<UpgradeStatus>(), States);
        Assert.Equal(
            Enum.GetNames<FinnetAnswerKind>().Append("DuplicateInDoubt").Order(StringComparer.Ordinal),
            Table.Select(row => row.Answer).Order(StringComparer.Ordinal));
        Assert.Equal(
            Enum.GetNames<KycOutcome>().Order(StringComparer.Ordinal),
            Notifications.Select(row => row.Outcome).Order(StringComparer.Ordinal));
        Assert.All(Table.Concat(Notifications), row => Assert.Equal(States.Length, row.After.Length));
    }

    [Fact]
    public void An_Unknown_Answer_Or_Outcome_Is_Not_Taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.After(UpgradeStatus.Requested, (FinnetAnswerKind)99, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.After(UpgradeStatus.Requested, (KycOutcome)99));
    }

    private static TheoryData<string, string, string> Cells((string Name, string[] After)[] table)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (name, after) in table)
        {
            for (var index = 0; index < States.Length; index++)
                data.Add(States[index], name, after[index]);
        }

        return data;
    }
}
