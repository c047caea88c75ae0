using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>Every state with every event, as data.</summary>
public sealed class UpgradeTransitionsTests
{
    private static readonly string[] States = ["Requested", "WidgetIssued", "InProcess", "Approved", "Rejected", "InDoubt", "Failed"];

    // Row: the event. Column: the state before, in the order above.
    private static readonly (string Event, string[] After)[] Table =
    [
        ("WidgetIssued",       ["WidgetIssued", "WidgetIssued", "WidgetIssued", "Approved", "Rejected", "WidgetIssued", "WidgetIssued"]),
        ("AnsweredInProcess",  ["InProcess",    "InProcess",    "InProcess",    "Approved", "Rejected", "InProcess",    "InProcess"]),
        ("AnsweredApproved",   ["Approved",     "Approved",     "Approved",     "Approved", "Approved", "Approved",     "Approved"]),
        ("AnsweredRejected",   ["Rejected",     "Rejected",     "Rejected",     "Approved", "Rejected", "Rejected",     "Rejected"]),
        ("Refused",            ["Failed",       "WidgetIssued", "Failed",       "Approved", "Rejected", "Failed",       "Failed"]),
        ("DuplicateReference", ["Failed",       "WidgetIssued", "Failed",       "Approved", "Rejected", "Failed",       "Failed"]),
        ("DuplicateInDoubt",   ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
        ("NotProcessed",       ["Requested",    "WidgetIssued", "InProcess",    "Approved", "Rejected", "InDoubt",      "Requested"]),
        ("Unclear",            ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
        ("NoAnswer",           ["InDoubt",      "WidgetIssued", "InDoubt",      "Approved", "Rejected", "InDoubt",      "InDoubt"]),
        ("NotifiedApproved",   ["Approved",     "Approved",     "Approved",     "Approved", "Approved", "Approved",     "Approved"]),
        ("NotifiedRejected",   ["Rejected",     "Rejected",     "Rejected",     "Approved", "Rejected", "Rejected",     "Rejected"]),
        ("NotifiedUnknown",    ["Requested",    "WidgetIssued", "InProcess",    "Approved", "Rejected", "InDoubt",      "Failed"]),
    ];

    // Row: the state before. Columns: approved, rejected, something unknown.
    private static readonly (string Before, string[] Disposition)[] Dispositions =
    [
        ("Requested",    ["Applied",   "Applied",       "UnknownOutcome"]),
        ("WidgetIssued", ["Applied",   "Applied",       "UnknownOutcome"]),
        ("InProcess",    ["Applied",   "Applied",       "UnknownOutcome"]),
        ("Approved",     ["Duplicate", "Contradiction", "UnknownOutcome"]),
        ("Rejected",     ["Applied",   "Duplicate",     "UnknownOutcome"]),
        ("InDoubt",      ["Applied",   "Applied",       "UnknownOutcome"]),
        ("Failed",       ["Applied",   "Applied",       "UnknownOutcome"]),
    ];

    public static TheoryData<string, string, string> Transitions()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (happened, after) in Table)
        {
            for (var index = 0; index < States.Length; index++)
                data.Add(States[index], happened, after[index]);
        }

        return data;
    }

    public static TheoryData<string, string, string> Notified()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (before, disposition) in Dispositions)
        {
            for (var index = 0; index < disposition.Length; index++)
                data.Add(before, Table[10 + index].Event, disposition[index]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void The_State_After_An_Event(string before, string happened, string after) =>
        Assert.Equal(Enum.Parse<UpgradeStatus>(after), UpgradeTransitions.Decide(Enum.Parse<UpgradeStatus>(before), Enum.Parse<UpgradeEvent>(happened)).Status);

    [Theory]
    [MemberData(nameof(Notified))]
    public void The_Disposition_Of_A_Notification(string before, string happened, string disposition) =>
        Assert.Equal(Enum.Parse<Disposition>(disposition), UpgradeTransitions.Decide(Enum.Parse<UpgradeStatus>(before), Enum.Parse<UpgradeEvent>(happened)).Disposition);

    [Theory]
    [InlineData("NotifiedApproved", "Orphan")]
    [InlineData("NotifiedRejected", "Orphan")]
    [InlineData("NotifiedUnknown", "UnknownOutcome")]
    public void The_Disposition_Of_A_Notification_Without_A_Record(string happened, string disposition) =>
        Assert.Equal(Enum.Parse<Disposition>(disposition), UpgradeTransitions.WithoutRecord(Enum.Parse<UpgradeEvent>(happened)));

    [Fact]
    public void An_Answer_Of_Finnets_Has_No_Disposition() => Assert.All(
        from state in Enum.GetValues<UpgradeStatus>()
        from happened in FinnetAnswers.Table
        select UpgradeTransitions.Decide(state, happened.Event).Disposition,
        disposition => Assert.Null(disposition));

    [Fact]
    public void The_Tables_Are_Complete()
    {
        Assert.Equal(Enum.GetNames<UpgradeStatus>(), States);
        Assert.Equal(States, Dispositions.Select(row => row.Before));
        Assert.Equal(Enum.GetNames<UpgradeEvent>(), Table.Select(row => row.Event));
        Assert.All(Table, row => Assert.Equal(States.Length, row.After.Length));
    }

    [Fact]
    public void What_Is_No_Event_Is_Not_Taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.Decide(UpgradeStatus.Requested, (UpgradeEvent)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.Decide((UpgradeStatus)99, UpgradeEvent.WidgetIssued));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.WithoutRecord(UpgradeEvent.WidgetIssued));
    }
}
