using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

public sealed class SameCallAgainTests
{
    [Fact]
    public async Task The_Same_Call_Again_Is_Replayed_Without_Asking_Finnet()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        var first = await host.Merchant.CreateAsync(Samples.Documented);

        var again = await host.Merchant.CreateAsync(Samples.Documented);

        Assert.Equal(201, first.Status);
        Assert.Equal(200, again.Status);
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Text, again.Text);
        Assert.Single(host.Finnet.Sent);
    }

    [Fact]
    public async Task The_Same_Call_In_Another_Form_Is_The_Same_Call()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(
            $$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"081295288912","personalData":{"nationality":"ID"} }""");

        var again = await host.Merchant.CreateAsync(
            $$"""{"PHONENO":"+6281295288912","PersonalData":{"nationality":"WNI"}, "partnerReferenceNo":"{{Calls.Reference}}"}""");

        Assert.Equal(200, again.Status);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "6281295288912", "6281295288913" },
        { "upgraded?a=1", "upgraded?a=2" },
        { "\"isEditable\": false", "\"isEditable\": true" },
        { "\"isEditable\": true", "\"isEditable\": false" },
        { Samples.Jpeg, "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ+/ABCE" },
        { Samples.Png, "data:image/png;base64,iVBORw0KGgoAAAANSUhEUQ==" },
        { Samples.FamilyCard, "3273012501120008" },
        { Samples.MotherName, "Siti Nur Aminah" },
        { "\"nationality\": \"ID\"", "\"nationality\": \"WNA\"" },
        { Samples.Email, "budi.santoso@email.com" },
        { $"\"email\": \"{Samples.Email}\"", "\"email\": null" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Other_Content_Under_The_Same_Reference_Is_Refused(string old, string changed)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(Samples.Documented);
        Assert.Contains(old, Samples.Documented, StringComparison.Ordinal);

        var again = await host.Merchant.CreateAsync(Samples.Documented.Replace(old, changed, StringComparison.Ordinal));

        Assert.Equal((409, "reference-reused"), (again.Status, again.Problem));
        Assert.Equal(Calls.Reference, again["partnerReferenceNo"]);
        Assert.Single(host.Finnet.Sent);
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task Anothers_Reference_Is_Refused_Without_Details()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(Samples.Documented);

        var same = await host.Other.CreateAsync(Samples.Documented);
        var different = await host.Other.CreateAsync($$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"081111111111"}""");

        Assert.Equal((409, "reference-taken"), (same.Status, same.Problem));
        Assert.Equal((409, "reference-taken"), (different.Status, different.Problem));
        Assert.Equal(
            ["detail", "partnerReferenceNo", "status", "title", "traceId", "type"],
            same.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(same["detail"], different["detail"]);
        Assert.False(same.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Single(host.Finnet.Sent);
    }

    [Fact]
    public async Task Two_Keys_Of_One_Name_Share_Their_References()
    {
        const string NextKey = "merchant-key-0004-dddddddddddddddd";
        await using var host = ApiHost.With(
            ("ApiKeys:3:Name", "shop"), ("ApiKeys:3:Sha256", TestSettings.Sha256(NextKey)), ("ApiKeys:3:Role", "Merchant"));
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(Samples.Documented);

        var again = await host.Client(NextKey).CreateAsync(Samples.Documented);

        Assert.Equal(200, again.Status);
    }

    [Fact]
    public async Task An_Expired_Widget_Is_Replayed_Without_Its_Url()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        var first = await host.CreateAsync();
        var expiry = first.Json.GetProperty("expiryTime").GetDateTimeOffset();

        host.Clock.Advance(expiry - host.Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        var before = await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = await host.CreateAsync();

        Assert.Equal((200, "False", FinnetStub.WidgetUrl), (before.Status, before["expired"], before["widgetUrl"]));
        Assert.Equal((200, "True", null), (after.Status, after["expired"], after["widgetUrl"]));
        Assert.Equal("widgetIssued", after["status"]);
        Assert.Equal("true", after.Headers["Idempotent-Replayed"]);
        Assert.Single(host.Finnet.Sent);
    }

    [Fact]
    public async Task A_Second_Process_Replays_What_The_First_Stored()
    {
        await using (var first = new ApiHost().KeepingData())
        {
            first.Finnet.Issues();
            await first.Merchant.CreateAsync(Samples.Documented);
            await first.DisposeAsync();
            await using var second = first.Successor();

            var again = await second.Merchant.CreateAsync(Samples.Documented);

            Assert.Equal((200, FinnetStub.WidgetUrl), (again.Status, again["widgetUrl"]));
        }
    }
}
