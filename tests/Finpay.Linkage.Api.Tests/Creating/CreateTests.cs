using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

public sealed class CreateTests
{
    [Fact]
    public async Task Documented_Sample_Gives_A_Widget()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues(expiryTime: "2026-03-02 03:04:05");

        var answer = await host.Merchant.CreateAsync(Samples.Documented);

        Assert.Equal(201, answer.Status);
        Assert.Equal($"/v1/account-upgrades/{Calls.Reference}", answer.Headers["Location"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.False(answer.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal(
            ["createdAt", "expired", "expiryTime", "partnerReferenceNo", "status", "updatedAt", "widgetUrl"],
            answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Calls.Reference, answer["partnerReferenceNo"]);
        Assert.Equal("widgetIssued", answer["status"]);
        Assert.Equal(FinnetStub.WidgetUrl, answer["widgetUrl"]);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 20, 4, 5, TimeSpan.Zero), answer.Json.GetProperty("expiryTime").GetDateTimeOffset());
        Assert.False(answer.Json.GetProperty("expired").GetBoolean());
        Assert.Equal(ManualClock.Start, answer.Json.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Contains("&uuid=", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Is_Sent_Decrypts_To_What_Was_Given_And_Nothing_Else_Is_In_It()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();

        await host.Merchant.CreateAsync(Samples.Documented);

        var request = Assert.Single(host.Finnet.Sent);
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal($"https://{FinnetStub.Host}/api/v1.0/upgrade-account-widget", request.Url.AbsoluteUri);
        Assert.Equal("application/json", request.Headers.ContentType!.ToString());
        var json = request.Json;
        AssertMembers(json, "partnerReferenceNo", "phoneNo", "merchantId", "merchantPass", "redirectFinalUrl", "images", "personalData");
        Assert.Equal(Calls.Reference, Text(json, "partnerReferenceNo"));
        Assert.Equal(Calls.SentPhone, Text(json, "phoneNo"));
        Assert.Equal(TestSettings.MerchantId, Text(json, "merchantId"));
        Assert.Equal(TestSettings.MerchantPassword, Decrypt(Text(json, "merchantPass")));
        Assert.Equal(Samples.RedirectUrl, Text(json, "redirectFinalUrl"));
        var images = json.GetProperty("images");
        AssertMembers(images, "ktp", "selfie");
        AssertMembers(images.GetProperty("ktp"), "base64", "isEditable");
        AssertMembers(images.GetProperty("selfie"), "base64", "isEditable");
        Assert.Equal(Samples.Jpeg, Text(images.GetProperty("ktp"), "base64"));
        Assert.False(images.GetProperty("ktp").GetProperty("isEditable").GetBoolean());
        Assert.Equal(Samples.Png, Text(images.GetProperty("selfie"), "base64"));
        Assert.True(images.GetProperty("selfie").GetProperty("isEditable").GetBoolean());
        var data = json.GetProperty("personalData");
        AssertMembers(data, "kkNumber", "biologicalMotherName", "nationality", "email");
        Assert.Equal(Samples.FamilyCard, Decrypt(Text(data, "kkNumber")));
        Assert.Equal(Samples.MotherName, Decrypt(Text(data, "biologicalMotherName")));
        Assert.Equal("WNI", Text(data, "nationality"));
        Assert.Equal(Samples.Email, Text(data, "email"));
        Assert.DoesNotContain("\\u002B", Encoding.UTF8.GetString(request.Body), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_Phone_Alone_Is_Enough_And_Nothing_Empty_Is_Sent()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();

        var answer = await host.Merchant.CreateAsync("""{"phoneNo":"081295288912","images":{},"personalData":{}}""");

        Assert.Equal(201, answer.Status);
        AssertMembers(Assert.Single(host.Finnet.Sent).Json, "partnerReferenceNo", "phoneNo", "merchantId", "merchantPass");
    }

    [Fact]
    public async Task A_Missing_Reference_Is_Made_Of_Jakarta_Time_And_Random_Digits()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues();

        var first = await host.Merchant.CreateAsync("""{"phoneNo":"081295288912"}""");
        var second = await host.Merchant.CreateAsync("""{"phoneNo":"081295288912"}""");

        var reference = first["partnerReferenceNo"]!;
        Assert.StartsWith("20260302010405678", reference, StringComparison.Ordinal);
        Assert.Matches(@"\A[0-9]{56}\z", reference);
        Assert.Equal(reference, Text(host.Finnet.Sent[0].Json, "partnerReferenceNo"));
        Assert.Equal(201, second.Status);
        Assert.NotEqual(reference, second["partnerReferenceNo"]);
    }

    [Fact]
    public async Task Every_Phone_Form_Is_Sent_As_62()
    {
        await using var host = new ApiHost();
        string[] forms = ["081295288912", "81295288912", "6281295288912", "+6281295288912", "006281295288912"];

        foreach (var form in forms)
        {
            host.Finnet.Issues();
            Assert.Equal(201, (await host.Merchant.CreateAsync($$"""{"phoneNo":"{{form}}"}""")).Status);
        }

        Assert.All(host.Finnet.Sent, request => Assert.Equal(Calls.SentPhone, Text(request.Json, "phoneNo")));
    }

    private static void AssertMembers(JsonElement json, params string[] names) =>
        Assert.Equal(names, json.EnumerateObject().Select(member => member.Name));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    // printf … | openssl enc -d -aes-128-cbc -K <hex of the key> -iv <hex of the IV> -base64 -A
    private static string Decrypt(string text)
    {
        using var aes = Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(TestSettings.EncryptionKey);
        return Encoding.UTF8.GetString(
            aes.DecryptCbc(Convert.FromBase64String(text), Encoding.ASCII.GetBytes(TestSettings.EncryptionIv), PaddingMode.PKCS7));
    }
}
