using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>api.md's answers on the callback path: always Finnet's envelope.</summary>
public sealed class CallbackAnswersTests
{
    private const string Reference = "\"partnerReferenceNo\":\"202411011441000012\"";
    private const string Response = "\"kycResponse\":\"KYC Approved\"";
    private const string Merchant = "\"merchantId\":\"AGREE170724\"";
    private const string Complete = $"{Reference},{Response},{Merchant}";

    [Fact]
    public async Task The_Documented_Sample_Is_Taken()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        var answer = await host.CallbackAsync(
            """
            {"kycResponse":"KYC Rejected","kysMessage":"Your KYC has been rejected because…",
            "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}
            """);

        AssertEnvelope(answer, "2000000", "Request has been processed successfully");
        Assert.Equal("rejected", await host.StatusOfAsync());
        Assert.Equal(
            "Your KYC has been rejected because…", Assert.Single(await host.NotificationsAsync()).GetProperty("kycMessage").GetString());
    }

    /// <summary>Body, whether it is accepted with 2000000.</summary>
    public static TheoryData<string> Tolerated => new()
    {
        { $"{{{Complete}}}" },
        { $"{{{Complete},}}" },
        { $"\uFEFF{{{Complete}}}" },
        { $"{{{Complete},\"unknown\":{{\"a\":[1]}}}}" },
        { $"{{{Complete},\"phoneNo\":6281295288912}}" },
        { $"{{{Complete},\"phoneNo\":[6281295288912],\"kycMessage\":[\"foto buram\"]}}" },
        { $"{{{Complete},\"phoneNo\":\"6281295288912\",\"phoneNo\":\"\\ud800\"}}" },
        { $"{{{Complete},\"kycMessage\":{{\"a\":true}},\"kysMessage\":1}}" },
        { $"{{{Complete},\"kycMessage\":\"Selamat \\ud83d\"}}" },
        { $"{{{Complete},\"kycMessage\":\"Selamat\n\t\u0001\"}}" },
        { $"{{{Merchant},{Response},\"partnerReferenceNo\":202411011441000012}}" },
        { $"{{{Reference},\"kycResponse\":\"KYC Approved.\",{Merchant}}}" },
        { $"{{{Reference},\"kycResponse\":\"“KYC Approved”\",{Merchant}}}" },
        { $"{{{Reference},\"kycResponse\":\"KYC\nApproved\",{Merchant}}}" },
        { $"{{{Complete},\"phoneNo\":null,\"kycMessage\":null}}" },
        { $"{{{Complete},\"merchantId\":\"AGREE170724\"}}" },
        { $"{{{Complete},\"MERCHANTID\":\"AGREE170724\"}}" },
        { "{\"PARTNERREFERENCENO\":\"202411011441000012\",\"KycRESPONSE\":\" kyc   approved \",\"merchantid\":\"AGREE170724\"}" },
        { $"{{{Reference},\"kycResponse\":\"KYC_APPROVED\",{Merchant}}}" },
        { $"{{{Reference},\"kycResponse\":\"Approved\",{Merchant}}}" },
    };

    [Theory]
    [MemberData(nameof(Tolerated))]
    public async Task The_Reader_Is_Tolerant(string body)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        AssertEnvelope(await host.CallbackAsync(body), "2000000");
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    /// <summary>Body, code, message.</summary>
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "", "4000000", "Bad Request" },
        { "null", "4000000", "Bad Request" },
        { "[]", "4000000", "Bad Request" },
        { "\"text\"", "4000000", "Bad Request" },
        { "kycResponse=KYC+Approved", "4000000", "Bad Request" },
        { $"{{{Complete}", "4000000", "Bad Request" },
        { $"{{{Complete}}} x", "4000000", "Bad Request" },
        { new string('[', 1000), "4000000", "Bad Request" },
        { $"{{{Reference},{Merchant},\"kycResponse\":true}}", "4000001", "Invalid Field Format kycResponse" },
        { $"{{{Reference},{Response},\"merchantId\":170724}}", "4040008", "Invalid Merchant" },
        { $"{{{Reference},{Response},\"merchantId\":[\"AGREE170724\"]}}", "4000001", "Invalid Field Format merchantId" },
        { $"{{{Response},{Merchant},\"partnerReferenceNo\":[202411011441000012]}}", "4000001", "Invalid Field Format partnerReferenceNo" },
        { $"{{{Complete},\"partnerReferenceNo\":\"202411011441000013\"}}", "4000001", "Invalid Field Format partnerReferenceNo" },
        { $"{{{Complete},\"KYCRESPONSE\":\"KYC Rejected\"}}", "4000001", "Invalid Field Format kycResponse" },
        { $"{{/* c */{Complete}}}", "4000000", "Bad Request" },
        {
            $"{{{Response},{Merchant},\"partnerReferenceNo\":\"{new string('r', 129)}\"}}", "4000001",
            "Invalid Field Format partnerReferenceNo"
        },
        { "{}", "4000002", "Invalid Mandatory Field partnerReferenceNo" },
        { $"{{{Response},{Merchant}}}", "4000002", "Invalid Mandatory Field partnerReferenceNo" },
        { $"{{{Response},{Merchant},\"partnerReferenceNo\":null}}", "4000002", "Invalid Mandatory Field partnerReferenceNo" },
        { $"{{{Reference},{Merchant}}}", "4000002", "Invalid Mandatory Field kycResponse" },
        { $"{{{Reference},{Merchant},\"kycResponse\":\"  \"}}", "4000002", "Invalid Mandatory Field kycResponse" },
        { $"{{{Reference},{Response}}}", "4000002", "Invalid Mandatory Field merchantId" },
        { $"{{{Reference},{Response},\"merchantId\":\"\"}}", "4000002", "Invalid Mandatory Field merchantId" },
        { $"{{{Reference},{Response},\"merchantId\":\"AGREE170725\"}}", "4040008", "Invalid Merchant" },
        { $"{{{Reference},{Response},\"merchantId\":\"agree170724\"}}", "4040008", "Invalid Merchant" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_Is_Wrong_Is_Said_And_Kept_As_Invalid(string body, string code, string message)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        AssertEnvelope(await host.CallbackAsync(body), code, message);

        var kept = Assert.Single(await host.NotificationsAsync("?disposition=invalid"));
        Assert.False(kept.GetProperty("evidence").TryGetProperty("referenceKnown", out _));
        Assert.Equal($"{code} {message}", kept.GetProperty("evidence").GetProperty("problem").GetString());
        var read = await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + kept.GetProperty("id").GetString());
        Assert.Equal(body, Encoding.UTF8.GetString(Convert.FromBase64String(read["rawBase64"]!)));
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task Bytes_That_Are_No_Text_Are_Kept_As_They_Came()
    {
        await using var host = new ApiHost();
        byte[] body = [0xFF, 0x00, 0xC3, 0x28];

        var answer = await host.Anonymous.SendBytesAsync(HttpMethod.Post, Calls.CallbackPath(), body);
        await host.Anonymous.SendBytesAsync(HttpMethod.Post, Calls.CallbackPath(), body);

        AssertEnvelope(answer, "4000000");
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal(2, kept.GetProperty("deliveries").GetInt32());
        var read = await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + kept.GetProperty("id").GetString());
        Assert.Equal(body, Convert.FromBase64String(read["rawBase64"]!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/octet-stream")]
    [InlineData("text/json")]
    public async Task Any_Media_Type_That_May_Carry_Json_Is_Taken(string? contentType)
    {
        await using var host = new ApiHost();

        AssertEnvelope(await PostAsync(host, contentType), "2000000");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("Multipart/Form-Data; boundary=x")]
    [InlineData("application/xml")]
    [InlineData("text/xml; charset=utf-8")]
    public async Task What_Is_No_Json_Is_4150000_As_A_Form_Or_Xml(string contentType)
    {
        await using var host = new ApiHost();

        AssertEnvelope(await PostAsync(host, contentType, "kycResponse=KYC+Approved"), "4150000", "Unsupported Media Type");
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("4150000 Unsupported Media Type", kept.GetProperty("evidence").GetProperty("problem").GetString());
        Assert.Contains(host.Logs.Own, line => line.Id.Id == 1102);
        AssertEnvelope(await PostAsync(host, contentType), "2000000");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_Method_Is_4050000(string method)
    {
        await using var host = new ApiHost();

        AssertEnvelope(
            await host.Anonymous.SendJsonAsync(new HttpMethod(method), Calls.CallbackPath(), "{}"), "4050000", "Method Not Allowed");
    }

    [Theory]
    [InlineData("/callbacks/finnet")]
    [InlineData("/callbacks/finnet/kyc/a/b")]
    [InlineData("/CALLBACKS/finnet/nothing")]
    public async Task Another_Path_Below_Is_4040000(string path)
    {
        await using var host = new ApiHost();

        AssertEnvelope(await host.Anonymous.SendJsonAsync(HttpMethod.Post, path, "{}"), "4040000");
    }

    private static Task<Answer> PostAsync(ApiHost host, string? contentType, string? body = null) =>
        host.Anonymous.SendBytesAsync(
            HttpMethod.Post, Calls.CallbackPath(), Encoding.UTF8.GetBytes(body ?? Calls.Notification("KYC Approved")), contentType);
}
