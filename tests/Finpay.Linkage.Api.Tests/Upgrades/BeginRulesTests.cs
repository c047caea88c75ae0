using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>The rules for a call with a known reference.</summary>
public sealed class BeginRulesTests
{
    private static readonly byte[] Content = [1, 2, 3];
    private static readonly byte[] OldContent = [4, 5, 6];

    [Theory]
    [InlineData("requested", null, "Begun")]
    [InlineData("widgetIssued", "2000000", "Replay")]
    [InlineData("inProcess", "2020000", "Begun")]
    [InlineData("approved", null, "Replay")]
    [InlineData("rejected", "2000001", "Replay")]
    [InlineData("inDoubt", null, "Begun")]
    [InlineData("inDoubt", "5000000", "Begun")]
    [InlineData("inDoubt", "4090001", "ReplayDuplicate")]
    [InlineData("failed", "4000001", "Begun")]
    [InlineData("failed", "4090001", "ReplayDuplicate")]
    [InlineData("failed", "4090000", "Begun")]
    public void A_Free_Record(string status, string? code, string decision) => Assert.Equal(decision, Decide(Row(status, code)));

    [Theory]
    [InlineData("requested", null, "InProgress")]
    [InlineData("inProcess", "2020000", "InProgress")]
    [InlineData("inDoubt", "5000000", "InProgress")]
    [InlineData("failed", "4090001", "InProgress")]
    [InlineData("approved", null, "Replay")]
    [InlineData("rejected", null, "Replay")]
    [InlineData("widgetIssued", null, "Replay")]
    public void A_Record_That_Another_Call_Holds(string status, string? code, string decision) =>
        Assert.Equal(decision, Decide(Row(status, code, leaseLeft: 1)));

    [Theory]
    [InlineData(1, "InProgress")]
    [InlineData(0, "Begun")]
    [InlineData(-1, "Begun")]
    [InlineData(46_000, "InProgress")]
    [InlineData(46_001, "Begun")]
    public void A_Lease_Ends_At_Its_End_And_One_That_A_Wrong_Clock_Gave_Has_Ended(int millisecondsLeft, string decision) =>
        Assert.Equal(decision, Decide(Row("requested", null, millisecondsLeft)));

    [Theory]
    [InlineData("approved")]
    [InlineData("requested")]
    public void Anothers_Record_Comes_Before_Everything(string status)
    {
        Assert.Equal("OwnedByAnother", Decide(Row(status, null, leaseLeft: 1, redacted: true), owner: "other"));
        Assert.Equal("OwnedByAnother", Decide(Row(status, null, leaseLeft: 1, redacted: true), merchant: "N"));
        Assert.Equal("Redacted", Decide(Row(status, null, leaseLeft: 1, redacted: true)));
    }

    [Fact]
    public void Other_Content_Comes_Before_The_State()
    {
        Assert.Equal("ContentDiffers", Decide(Row("approved", null), content: new KeyedHashes([9, 9, 9], null)));
        Assert.Equal("ContentDiffers", Decide(Row("requested", null, leaseLeft: 1), content: new KeyedHashes([9, 9, 9], null)));
    }

    [Fact]
    public void Content_Under_The_Previous_Lookup_Key_Is_The_Same_Content()
    {
        Assert.Equal("Replay", Decide(Row("approved", null, fingerprint: OldContent), content: new KeyedHashes(Content, OldContent)));
        Assert.Equal("ContentDiffers", Decide(Row("approved", null, fingerprint: OldContent), content: new KeyedHashes(Content, null)));
    }

    private static string Decide(UpgradeRow row, string owner = "shop", KeyedHashes? content = null, string merchant = "M") =>
        BeginRules.Decide(
            row, row with { Owner = owner, MerchantId = merchant }, content ?? new KeyedHashes(Content, null), ManualClock.Start,
            TimeSpan.FromSeconds(45)).ToString();

    private static UpgradeRow Row(
        string status, string? code, int? leaseLeft = null, bool redacted = false, byte[]? fingerprint = null) =>
        UpgradeRows.Of(Enum.Parse<UpgradeStatus>(status, ignoreCase: true), code) with
        {
            Fingerprint = fingerprint ?? Content,
            LeaseUntil = leaseLeft is { } left ? ManualClock.Start.AddMilliseconds(left) : null,
            RedactedAt = redacted ? ManualClock.Start : null,
        };
}
