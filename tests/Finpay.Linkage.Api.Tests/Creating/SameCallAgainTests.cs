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

    [Fact]
    public async Task The_Same_Call_As_People_Write_It_Is_The_Same_Call()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(Samples.Documented);
        // JSON's escapes make the name's form in Unicode visible: Ñ and ú are two characters each.
        var other = Samples.Documented
            .Replace("6281295288912", $"62 0812-9528-8912\", \"merchantId\": \"{TestSettings.MerchantId}", StringComparison.Ordinal)
            .Replace(Samples.FamilyCard, "3273.0125 0112-0007", StringComparison.Ordinal)
            .Replace(Samples.MotherName, @"  Siti Nur'Aminah\t\n N\u0303andu\u0301 ", StringComparison.Ordinal)
            .Replace("data:image/jpeg", "data:image/JPG", StringComparison.Ordinal)
            .Replace("data:image/png", @"data:IMAGE\/PNG", StringComparison.Ordinal);

        var again = await host.Merchant.CreateAsync(other);
        var different = await host.Merchant.CreateAsync(other.Replace("Siti Nur", "SitiNur", StringComparison.Ordinal));

        Assert.Equal((200, "true"), (again.Status, again.Headers["Idempotent-Replayed"]));
        Assert.Equal((409, "reference-reused"), (different.Status, different.Problem));
    }

    [Fact]
    public async Task What_People_Write_Is_Sent_In_Its_One_Form()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        host.Finnet.Issues();
        await host.Merchant.CreateAsync(Samples.Documented);

        await host.Merchant.CreateAsync(Samples.Documented
            .Replace(Calls.Reference, "another-reference", StringComparison.Ordinal)
            .Replace("6281295288912", "+62 (0)812 9528 8912", StringComparison.Ordinal)
            .Replace(Samples.FamilyCard, "3273-0125-0112-0007", StringComparison.Ordinal)
            .Replace(Samples.MotherName, @" Siti  Nur'Aminah N\u0303andu\u0301", StringComparison.Ordinal)
            .Replace("data:image/jpeg", "data:image/jpg", StringComparison.Ordinal)
            .Replace("data:image/png", "DATA:image/PNG", StringComparison.Ordinal));

        Assert.Equal(
            host.Finnet.Sent[0].Json.GetRawText(),
            host.Finnet.Sent[1].Json.GetRawText().Replace("another-reference", Calls.Reference, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "6281295288912", "6281295288913" },
        { "upgraded?a=1", "upgraded?a=2" },
        { "\"isEditable\": false", "\"isEditable\": true" },
        { "\"isEditable\": true", "\"isEditable\": false" },
        { Samples.Jpeg, Samples.Jpeg[..^1] + "/" },
        { Samples.Png, Samples.Png.Replace("kcQ==", "kcg==", StringComparison.Ordinal) },
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
