using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>However an honest sender writes a result, it counts; and what does not count leaves a trace.</summary>
public sealed class LenientCallbackTests
{
    private const string Message = "Foto KTP é buram";
    private static readonly string Approved = Calls.Notification("KYC Approved");

    [Theory]
    [InlineData("[\"foto buram\"]", "[\"foto buram\"]")]
    [InlineData("{\"a\": [1, null]}", "{\"a\": [1, null]}")]
    [InlineData("17", "17")]
    [InlineData("0.10", "0.10")]
    [InlineData("true", "true")]
    [InlineData("\"Selamat \\ud83d\"", "Selamat \uFFFD")]
    [InlineData("\"Selamat\u0001\n\"", "Selamat\u0001\n")]
    public async Task A_Message_Is_Taken_Whatever_Its_Type(string json, string message)
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(await host.CallbackAsync(Approved.Replace("\"because\"", json, StringComparison.Ordinal)), "2000000");

        Assert.Equal("approved", await host.StatusOfAsync());
        Assert.Equal(message, Assert.Single(await host.NotificationsAsync()).GetProperty("kycMessage").GetString());
    }

    [Theory]
    [InlineData("6281295288912", true)]
    [InlineData("81295288912", true)]
    [InlineData("6281295288913", false)]
    [InlineData("6.281295288912e12", null)]
    [InlineData("true", null)]
    [InlineData("[6281295288912]", null)]
    [InlineData("\"-\"", null)]
    public async Task A_Phone_Is_Taken_Whatever_Its_Type(string json, bool? matches)
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(
            await host.CallbackAsync(Approved.Replace($"\"{Calls.SentPhone}\"", json, StringComparison.Ordinal)), "2000000");

        Assert.Equal("approved", await host.StatusOfAsync());
        var evidence = Assert.Single(await host.NotificationsAsync()).GetProperty("evidence");
        Assert.Equal(matches, evidence.TryGetProperty("phoneMatches", out var value) ? value.GetBoolean() : null);
    }

    [Theory]
    [InlineData("2024110114410000120000000000000000000000001", "2024110114410000120000000000000000000000001")]
    [InlineData("2024110114410000.10", "2024110114410000.10")]
    public async Task A_Number_Is_Its_Digits_As_Written(string json, string reference)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync(reference);

        AssertEnvelope(
            await host.CallbackAsync(Approved.Replace($"\"{Calls.Reference}\"", json, StringComparison.Ordinal)), "2000000");

        Assert.Equal("approved", await host.StatusOfAsync(reference));
    }

    [Theory]
    [InlineData(null, "Foto KTP \uFFFD buram")]
    [InlineData("application/json", "Foto KTP \uFFFD buram")]
    [InlineData("application/json; charset=utf-8", "Foto KTP \uFFFD buram")]
    [InlineData("application/json; charset=ISO-8859-1", Message)]
    [InlineData("text/plain;charset=\"windows-1252\"", Message)]
    [InlineData("application/json; charset=utf-16", "Foto KTP \uFFFD buram")]
    public async Task Bytes_That_Are_Not_Utf8_Are_Read_In_The_Message_Alone(string? contentType, string message)
    {
        await using var host = await IssuedAsync();
        var body = Encoding.Latin1.GetBytes(Approved.Replace("because", Message, StringComparison.Ordinal));
        var inReference = Encoding.Latin1.GetBytes(Approved.Replace(Calls.Reference, "reference-é-0001", StringComparison.Ordinal));

        AssertEnvelope(await PostAsync(host, body, contentType), "2000000");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        AssertEnvelope(await PostAsync(host, inReference, contentType), "2000000");

        Assert.Equal("approved", await host.StatusOfAsync());
        var kept = await host.NotificationsAsync();
        Assert.Equal("reference-\uFFFD-0001", kept[0].GetProperty("partnerReferenceNo").GetString());
        Assert.Equal(message, kept[1].GetProperty("kycMessage").GetString());
        var read = await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + kept[1].GetProperty("id").GetString());
        Assert.Equal(body, Convert.FromBase64String(read["rawBase64"]!));
    }

    [Fact]
    public async Task Utf8_Stays_Utf8_Whatever_Charset_Is_Declared()
    {
        await using var host = await IssuedAsync();
        var body = Encoding.UTF8.GetBytes(Approved.Replace("because", Message, StringComparison.Ordinal));

        AssertEnvelope(await PostAsync(host, body, "application/json; charset=iso-8859-1"), "2000000");

        Assert.Equal(Message, Assert.Single(await host.NotificationsAsync()).GetProperty("kycMessage").GetString());
    }

    [Theory]
    [InlineData("KYC Approved?", Calls.Reference, "unknownOutcome")]
    [InlineData("KYC Approved: 0", Calls.Reference, "unknownOutcome")]
    [InlineData("KYC Not Approved", Calls.Reference, "unknownOutcome")]
    [InlineData("17", Calls.Reference, "unknownOutcome")]
    [InlineData("KYC Approved", " 202411011441000012", "orphan")]
    public async Task What_Changes_Nothing_Is_A_Warning_And_Counted(string response, string reference, string disposition)
    {
        await using var host = await IssuedAsync();
        using var counted = new MeasurementCapture(host);

        AssertEnvelope(await host.NotifyAsync(response, reference), "2000000");

        Assert.Equal("widgetIssued", await host.StatusOfAsync());
        var warning = Assert.Single(host.Logs.Own, line => line.Level >= LogLevel.Warning);
        Assert.Contains($"of {reference} changed nothing: {disposition}", warning.Message, StringComparison.OrdinalIgnoreCase);
        var one = Assert.Single(counted.Measurements, one => one.Name == "linkage.callbacks");
        Assert.Equal(("2000000", disposition), (one.Tags["code"], one.Tags["disposition"]));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task A_Compressed_Body_Is_Decoded(string encoding)
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(await PostAsync(host, Encode(encoding, Approved), "application/json", encoding), "2000000");

        Assert.Equal("approved", await host.StatusOfAsync());
        var id = Assert.Single(await host.NotificationsAsync()).GetProperty("id").GetString();
        var raw = (await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{id}"))["rawBase64"]!;
        Assert.Equal(Approved, Encoding.UTF8.GetString(Convert.FromBase64String(raw)));
    }

    [Theory]
    [InlineData("gzip", "not gzip at all", "4000000")]
    [InlineData("br", "not brotli at all", "4000000")]
    [InlineData("zstd", "anything", "4150000")]
    [InlineData("gzip, gzip", "anything", "4150000")]
    public async Task A_Body_That_Cannot_Be_Decoded_Is_Kept_As_It_Came(string encoding, string body, string code)
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(await PostAsync(host, Encoding.UTF8.GetBytes(body), "application/json", encoding), code);

        var kept = Assert.Single(await host.NotificationsAsync("?disposition=invalid"));
        var raw = (await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + kept.GetProperty("id").GetString()))["rawBase64"]!;
        Assert.Equal(body, Encoding.UTF8.GetString(Convert.FromBase64String(raw)));
        Assert.Equal([1102], Warnings(host));
    }

    [Fact]
    public async Task The_Limit_Holds_For_What_Is_Decoded()
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(await PostAsync(host, Encode("gzip", Approved.PadRight(65_536)), "application/json", "gzip"), "2000000");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        AssertEnvelope(await PostAsync(host, Encode("gzip", Approved.PadRight(65_537)), "application/json", "gzip"), "4130000");

        Assert.Equal(["invalid", "applied"], (await host.NotificationsAsync()).Select(one => one.GetProperty("disposition").GetString()));
    }

    [Fact]
    public async Task A_Body_Over_The_Limit_Is_Not_Kept_But_Leaves_A_Warning()
    {
        await using var host = await IssuedAsync();

        AssertEnvelope(await host.CallbackAsync(Approved.PadRight(65_537)), "4130000");

        Assert.Empty(await host.NotificationsAsync());
        Assert.Equal([1109], Warnings(host));
    }

    [Fact]
    public async Task An_Invalid_One_Is_Found_By_Its_Reference()
    {
        await using var host = await IssuedAsync();

        await host.CallbackAsync(Approved.Replace(TestSettings.MerchantId, "OTHER", StringComparison.Ordinal));
        await host.CallbackAsync(Approved.Replace($"\"{TestSettings.MerchantId}\"", "[]", StringComparison.Ordinal));
        await host.CallbackAsync(Approved.Replace("\"KYC Approved\"", "null", StringComparison.Ordinal));
        await host.CallbackAsync(Approved.Replace($"\"{Calls.SentPhone}\"", "0812", StringComparison.Ordinal));

        var kept = await host.NotificationsAsync("?disposition=invalid&partnerReferenceNo=" + Calls.Reference);
        Assert.Equal(
            [(null, TestSettings.MerchantId), ("KYC Approved", null), ("KYC Approved", null), ("KYC Approved", "OTHER")],
            kept.Select(one => (Text(one, "kycResponse"), Text(one, "merchantId"))).Order());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());

        static string? Text(JsonElement one, string name) => one.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Theory]
    [InlineData("KYC Approved", "because of more", "duplicate")]
    [InlineData("KYC Rejected", "because", "contradiction")]
    [InlineData("KYC Pending", "because", "unknownOutcome")]
    public async Task What_Changes_Nothing_Is_In_The_Inbox_And_Not_In_The_History(string response, string message, string disposition)
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var before = await host.ReadUpgradeAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        AssertEnvelope(await host.NotifyAsync(response, message: message), "2000000");

        Assert.Equal(disposition, (await host.NotificationsAsync())[0].GetProperty("disposition").GetString());
        Assert.Equal(before.Text, (await host.ReadUpgradeAsync()).Text);
    }

    [Theory]
    [InlineData("6281295288912", "approved")]
    [InlineData("6281295288913", "inProcess")]
    [InlineData("unknown", "approved")]
    public async Task A_Notification_With_Another_Phone_Settles_No_Other_Record(string phone, string other)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000").Issues();
        await host.CreateAsync("older-reference");
        await host.CreateAsync();

        await host.CallbackAsync(Approved.Replace(Calls.SentPhone, phone, StringComparison.Ordinal));

        Assert.Equal(("approved", other), (await host.StatusOfAsync(), await host.StatusOfAsync("older-reference")));
    }

    private static async Task<ApiHost> IssuedAsync()
    {
        var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.Logs.Forget();
        return host;
    }

    private static IEnumerable<int> Warnings(ApiHost host) =>
        host.Logs.Own.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Id.Id);

    private static byte[] Encode(string encoding, string text)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "gzip" => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(encoded),
        })
        {
            encoder.Write(Encoding.UTF8.GetBytes(text));
            encoder.Flush();
            if (encoding == "identity")
                return encoded.ToArray();
        }

        return encoded.ToArray();
    }

    private static async Task<Answer> PostAsync(ApiHost host, byte[] body, string? contentType, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Calls.CallbackPath()) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await Answer.ReadAsync(await host.Anonymous.SendAsync(request));
    }
}
