using Finpay.Linkage.Api.Notifications;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>Every state with every event, as data.</summary>
public sealed class UpgradeTransitionsTests
{
    private static readonly string[] Events =
        ["WidgetIssued", "AnsweredInProcess", "AnsweredApproved", "AnsweredRejected", "Refused", "Unclear", "NotProcessed", "NotifiedApproved", "NotifiedRejected", "NotifiedUnknown"];

    // Row: the state before. Column: the event, in the order above.
    private static readonly (string Before, string[] After)[] Table =
    [
        ("Requested",    ["WidgetIssued", "InProcess", "Approved", "Rejected", "Failed",   "InDoubt",  "Requested",    "Approved", "Rejected", "Requested"]),
        ("WidgetIssued", ["WidgetIssued", "InProcess", "Approved", "Rejected", "Failed",   "InDoubt",  "WidgetIssued", "Approved", "Rejected", "WidgetIssued"]),
        ("InProcess",    ["WidgetIssued", "InProcess", "Approved", "Rejected", "Failed",   "InDoubt",  "InProcess",    "Approved", "Rejected", "InProcess"]),
        ("Approved",     ["Approved",     "Approved",  "Approved", "Approved", "Approved", "Approved", "Approved",     "Approved", "Approved", "Approved"]),
        ("Rejected",     ["Rejected",     "Rejected",  "Approved", "Rejected", "Rejected", "Rejected", "Rejected",     "Approved", "Rejected", "Rejected"]),
        ("InDoubt",      ["WidgetIssued", "InProcess", "Approved", "Rejected", "Failed",   "InDoubt",  "InDoubt",      "Approved", "Rejected", "InDoubt"]),
        ("Failed",       ["WidgetIssued", "InProcess", "Approved", "Rejected", "Failed",   "InDoubt",  "Requested",    "Approved", "Rejected", "Failed"]),
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
        foreach (var (before, after) in Table)
        {
            for (var index = 0; index < Events.Length; index++)
                data.Add(before, Events[index], after[index]);
        }

        return data;
    }

    public static TheoryData<string, string, string> Notified()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (before, disposition) in Dispositions)
        {
            for (var index = 0; index < disposition.Length; index++)
                data.Add(before, Events[7 + index], disposition[index]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void The_State_After_An_Event(string before, string happened, string after) =>
        Assert.Equal(Enum.Parse<UpgradeStatus>(after), UpgradeTransitions.After(Enum.Parse<UpgradeStatus>(before), Enum.Parse<UpgradeEvent>(happened)));

    [Theory]
    [MemberData(nameof(Notified))]
    public void The_Disposition_Of_A_Notification(string before, string happened, string disposition) =>
        Assert.Equal(Enum.Parse<Disposition>(disposition), UpgradeTransitions.Dispose(Enum.Parse<UpgradeStatus>(before), Enum.Parse<UpgradeEvent>(happened)));

    [Fact]
    public void The_Tables_Are_Complete()
    {
        Assert.Equal(Enum.GetNames<UpgradeStatus>(), Table.Select(row => row.Before));
        Assert.Equal(Enum.GetNames<UpgradeStatus>(), Dispositions.Select(row => row.Before));
        Assert.Equal(Enum.GetNames<UpgradeEvent>(), Events);
        Assert.All(Table, row => Assert.Equal(Events.Length, row.After.Length));
    }

    [Fact]
    public void What_Is_No_Event_Is_Not_Taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.After(UpgradeStatus.Requested, (UpgradeEvent)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpgradeTransitions.Dispose(UpgradeStatus.Requested, UpgradeEvent.WidgetIssued));
    }
}
