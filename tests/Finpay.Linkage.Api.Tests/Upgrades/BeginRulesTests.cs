using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>What the same reference again means, rule by rule.</summary>
public sealed class BeginRulesTests
{
    private static readonly byte[] Content = [1, 2, 3];
    private static readonly byte[] OldContent = [4, 5, 6];

    [Theory]
    [InlineData("requested", null, "Ask")]
    [InlineData("widgetIssued", "2000000", "Replay")]
    [InlineData("inProcess", "2020000", "Ask")]
    [InlineData("approved", null, "Replay")]
    [InlineData("rejected", "2000001", "Replay")]
    [InlineData("inDoubt", null, "Ask")]
    [InlineData("inDoubt", "5000000", "Ask")]
    [InlineData("inDoubt", "4090001", "ReplayDuplicate")]
    [InlineData("failed", "4000001", "Ask")]
    [InlineData("failed", "4090001", "ReplayDuplicate")]
    [InlineData("failed", "4090000", "Ask")]
    public void A_Free_Record(string status, string? code, string decision) => Assert.Equal(decision, Decide(Row(status, code)));

    [Theory]
    [InlineData("requested", null, "InProgress")]
    [InlineData("inProcess", "2020000", "InProgress")]
    [InlineData("inDoubt", "5000000", "InProgress")]
    [InlineData("failed", "4090001", "InProgress")]
    [InlineData("approved", null, "Replay")]
    [InlineData("rejected", null, "Replay")]
    [InlineData("widgetIssued", null, "Replay")]
    public void A_Record_That_Another_Call_Holds(string status, string? code, string decision) => Assert.Equal(decision, Decide(Row(status, code, leaseLeft: 1)));

    [Theory]
    [InlineData(1, "InProgress")]
    [InlineData(0, "Ask")]
    [InlineData(-1, "Ask")]
    public void A_Lease_Ends_At_Its_End(int millisecondsLeft, string decision) => Assert.Equal(decision, Decide(Row("requested", null, millisecondsLeft)));

    [Theory]
    [InlineData("approved")]
    [InlineData("requested")]
    public void Anothers_Record_Comes_Before_Everything(string status)
    {
        Assert.Equal("OwnedByAnother", Decide(Row(status, null, leaseLeft: 1, redacted: true), owner: "other"));
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

    private static string Decide(UpgradeRow row, string owner = "shop", KeyedHashes? content = null) =>
        BeginRules.Decide(row, new BeginUpgrade("202411011441000012", owner, "M", content ?? new KeyedHashes(Content, null), [], [], "attempt", TimeSpan.FromSeconds(45)), ManualClock.Start).ToString();

    private static UpgradeRow Row(string status, string? code, int? leaseLeft = null, bool redacted = false, byte[]? fingerprint = null) => new()
    {
        PartnerReferenceNo = "202411011441000012",
        Owner = "shop",
        MerchantId = "M",
        Status = status,
        ResponseCode = code,
        Fingerprint = fingerprint ?? Content,
        LeaseUntil = leaseLeft is null ? null : ManualClock.Start.ToUnixTimeMilliseconds() + leaseLeft,
        RedactedAt = redacted ? 1 : null,
    };
}
