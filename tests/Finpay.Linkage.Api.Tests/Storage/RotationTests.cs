using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>A second start with new keys in front of the old ones.</summary>
public sealed class RotationTests
{
    private static readonly string NewKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));
    private static readonly string NewLookup = Convert.ToBase64String(SHA256.HashData("lookup 2"u8));

    [Fact]
    public async Task After_A_Rotation_What_Was_Stored_Is_Read_Found_Replayed_And_Deduplicated()
    {
        await using var first = new ApiHost().KeepingData();
        first.Finnet.Issues();
        await first.CreateAsync();
        await first.NotifyAsync("KYC Pending");
        await first.DisposeAsync();
        await using var second = first.Successor(
            ("Storage:Encryption:Keys:0:Id", "k2"), ("Storage:Encryption:Keys:0:Key", NewKey),
            ("Storage:Encryption:Keys:1:Id", "k1"), ("Storage:Encryption:Keys:1:Key", TestSettings.StorageKey),
            ("Storage:Encryption:LookupKey", NewLookup), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey));

        var again = await second.CreateAsync();
        var found = await second.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""");
        await second.NotifyAsync("KYC Pending");
        await second.NotifyAsync("KYC Approved");

        Assert.Equal((200, FinnetStub.WidgetUrl), (again.Status, again["widgetUrl"]));
        Assert.Single(found.Items);
        var inbox = await second.NotificationsAsync();
        Assert.Equal([1, 2], inbox.Select(one => one.GetProperty("deliveries").GetInt32()).Order());
        Assert.All(inbox, one => Assert.True(one.GetProperty("evidence").GetProperty("phoneMatches").GetBoolean()));
    }

    [Fact]
    public async Task After_A_Rotation_An_Orphan_Is_Still_Adopted()
    {
        await using var first = new ApiHost().KeepingData();
        await first.NotifyAsync("KYC Approved");
        await first.DisposeAsync();
        await using var second = first.Successor(
            ("Storage:Encryption:LookupKey", NewLookup), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey));
        second.Finnet.Answers("4090001");

        await second.CreateAsync();

        Assert.Equal("approved", await second.StatusOfAsync());
    }

    [Fact]
    public async Task After_A_Rotation_Records_Of_One_Phone_Are_Still_Settled_Together()
    {
        await using var first = new ApiHost().KeepingData();
        first.Finnet.Answers("2020000");
        await first.CreateAsync("older-reference");
        await first.DisposeAsync();
        await using var second = first.Successor(
            ("Storage:Encryption:LookupKey", NewLookup), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey));
        second.Finnet.Issues();
        await second.CreateAsync("newer-reference");

        await second.NotifyAsync("KYC Approved", "newer-reference");

        Assert.Equal("approved", await second.StatusOfAsync("older-reference"));
    }
}
