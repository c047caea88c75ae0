using System.Net;
using System.Text;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class JudgeTests
{
    private const string Reference = "\"202411011441000012\"";

    // Each row: the part of the full body that is replaced, a wrong value, a right value, and the refusal of the wrong one.
    [Theory]
    [InlineData(Reference, "\"123456789\"", "\"1234567890\"", "4000001 Invalid Field Format partnerReferenceNo")]
    [InlineData(
        Reference, "\"12345678901234567890123456789012345678901234567890123456789012345\"",
        "\"1234567890123456789012345678901234567890123456789012345678901234\"", "4000001 Invalid Field Format partnerReferenceNo")]
    [InlineData(Reference, "\"\"", "\"202411011441000013\"", "4000002 Invalid Mandatory Field partnerReferenceNo")]
    [InlineData(Reference, "null", "\"202411011441000013\"", "4000001 Invalid Field Format partnerReferenceNo")]
    [InlineData(Reference, "202411011441000012", "\"202411011441000013\"", "4000001 Invalid Field Format partnerReferenceNo")]
    [InlineData(
        "\"partnerReferenceNo\":\"202411011441000012\",", "", "\"partnerReferenceNo\":\"202411011441000013\",",
        "4000002 Invalid Mandatory Field partnerReferenceNo")]
    [InlineData(
        "\"partnerReferenceNo\":", "\"phoneNo\":\"6281295288912\",\"partnerReferenceNo\":", "\"partnerReferenceNo\":",
        "4000001 Invalid Field Format phoneNo")]
    [InlineData("\"phoneNo\"", "\"phoneno\"", "\"phoneNo\"", "4000001 Invalid Field Format phoneno")]
    [InlineData("\"phoneNo\":\"6281295288912\",", "", "\"phoneNo\":\"6281295288912\",", "4000002 Invalid Mandatory Field phoneNo")]
    [InlineData("6281295288912", "81295288912", "081295288912", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "0212952889", "0812952889", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "+6281295288912", "6221295288912", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "6581295288912", "6281295288914", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "6281295288912\\ud83d", "6281295288915", "4000001 Invalid Field Format phoneNo")]
    [InlineData("Siti Aminah", "Siti Aminah)\\udc00", "Siti Aminah", "4000001 Invalid Field Format personalData.biologicalMotherName")]
    [InlineData("\"email\"", "\"em\\ud83dail\"", "\"email\"", "4000000 Bad Request")]
    [InlineData("budi.santoso@", "\\ud83d@", "\\ud83d\\ude00@", "4000001 Invalid Field Format personalData.email")]
    [InlineData("6281295288912", "62812952889x2", "6281295288922", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "628129528", "6281295288", "4000001 Invalid Field Format phoneNo")]
    [InlineData("6281295288912", "6281295288912345", "628129528891234", "4000001 Invalid Field Format phoneNo")]
    [InlineData("AGREE170724", "AGREE170725", "AGREE170724", "4040008 Invalid Merchant")]
    [InlineData("\"merchantId\":\"AGREE170724\",", "", "\"merchantId\":\"AGREE170724\",", "4000002 Invalid Mandatory Field merchantId")]
    [InlineData("enc(sandbox-password)", "enc(sandbox-passwore)", "enc(sandbox-password)", "4010000 Unauthorized. [merchantPass]")]
    [InlineData("enc(sandbox-password)", "sandbox-password", "enc(sandbox-password)", "4000001 Invalid Field Format merchantPass")]
    [InlineData("enc(sandbox-password)", "Z0gKf5KKPvvrPpe2BjtBJw==", "enc(sandbox-password)", "4010000 Unauthorized. [merchantPass]")]
    [InlineData("https://shop.example/upgraded", "/upgraded", "https://shop.example/", "4000001 Invalid Field Format redirectFinalUrl")]
    [InlineData("https://shop.example/upgraded", "", "myapp://upgraded", "4000001 Invalid Field Format redirectFinalUrl")]
    [InlineData("data:image/jpeg;base64,/9j/", "/9j/", "data:image/jpeg;base64,/9j/", "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData(
        "data:image/jpeg;base64,/9j/", "data:image/png;base64,/9j/", "data:image/jpeg;base64,/9j/",
        "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData(
        "data:image/jpeg;base64,/9j/", "data:image/gif;base64,/9j/", "data:image/jpeg;base64,/9j/",
        "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData("/9j/4AAQ", "/9j/4AAQ...", "/9j/4AAQAAAA", "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData("/9j/4AAQ", "/9j/ 4AAQ", "/9j/4AAQ", "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData("/9j/4AAQ", "/9j/4AA\\u002B", "/9j/4AA+", "4000001 Invalid Field Format images.ktp.base64")]
    [InlineData(",\"isEditable\":true", "", ",\"isEditable\":false", "4000002 Invalid Mandatory Field images.selfie.isEditable")]
    [InlineData(
        "\"isEditable\":true", "\"isEditable\":\"true\"", "\"isEditable\":true", "4000001 Invalid Field Format images.selfie.isEditable")]
    [InlineData(
        "\"base64\":\"data:image/png;base64,iVBORw0KGgoA\",", "", "\"base64\":\"data:image/png;base64,iVBORw0KGgo=\",",
        "4000002 Invalid Mandatory Field images.selfie.base64")]
    [InlineData("enc(3273012501120007)", "3273012501120007", "enc(3273012501120008)", "4000001 Invalid Field Format personalData.kkNumber")]
    [InlineData(
        "enc(3273012501120007)", "enc(327301250112000)", "enc(3273012501120001)", "4000001 Invalid Field Format personalData.kkNumber")]
    [InlineData(
        "enc(3273012501120007)", "enc(327301250112000x)", "enc(3273012501120001)", "4000001 Invalid Field Format personalData.kkNumber")]
    [InlineData("enc(Siti Aminah)", "Siti Aminah", "enc(Siti Nurhaliza)", "4000001 Invalid Field Format personalData.biologicalMotherName")]
    [InlineData("\"WNI\"", "\"ID\"", "\"WNA\"", "4000001 Invalid Field Format personalData.nationality")]
    [InlineData("\"budi.santoso@email.com\"", "\"\"", "\"b@email.com\"", "4000001 Invalid Field Format personalData.email")]
    [InlineData("\"email\"", "\"mail\"", "\"email\"", "4000001 Invalid Field Format personalData.mail")]
    [InlineData(
        "\"nationality\":\"WNI\",", "\"nationality\":\"WNI\",\"nationality\":\"WNI\",", "\"nationality\":\"WNI\",",
        "4000001 Invalid Field Format personalData.nationality")]
    [InlineData("\"images\":{", "\"images\":null,\"imagez\":{", "\"images\":{", "4000001 Invalid Field Format images")]
    [InlineData("\"phoneNo\"", "\"personalData\":{},\"phoneNo\"", "\"phoneNo\"", "4000001 Invalid Field Format personalData")]
    [InlineData("\"partnerReferenceNo\"", "partnerReferenceNo", "\"partnerReferenceNo\"", "4000000 Bad Request")]
    [InlineData("com\"}}", "com\"},}", "com\"}}", "4000000 Bad Request")]
    public async Task A_Deviation_Is_Refused_And_Listed_And_Its_Twin_Is_Accepted(string part, string wrong, string right, string refusal)
    {
        Assert.Contains(part, WidgetBody.Full, StringComparison.Ordinal);
        await using var standIn = await RunningStandIn.StartAsync();

        var refused = await standIn.AskAsync(WidgetBody.Full.Replace(part, wrong, StringComparison.Ordinal));
        var accepted = await standIn.AskAsync(WidgetBody.Full.Replace(part, right, StringComparison.Ordinal));

        Assert.Equal(refusal, $"{refused.Code} {refused.Message}");
        Assert.Equal(refused.Code[..3], $"{(int)refused.Status}");
        Assert.Equal("2000000", accepted.Code);
        var requests = await standIn.ListAsync("requests");
        Assert.Empty(requests[0]!["problems"]!.AsArray());
        Assert.Equal(refusal, $"{requests[1]!["problems"]![0]!["responseCode"]} {requests[1]!["problems"]![0]!["responseMessage"]}");
    }

    [Theory]
    [InlineData("application/json; charset=utf-16", "application/json; charset=utf-8")]
    [InlineData("application/json; encoding=utf-8", "Application/JSON;charset=\"UTF-8\"")]
    [InlineData("text/json", "application/json")]
    public async Task A_Content_Type_Other_Than_Json_In_Utf8_Is_Refused(string wrong, string right)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var body = WidgetBody.Bytes(WidgetBody.Full);

        var refused = await standIn.AskAsync(body, wrong);
        var accepted = await standIn.AskAsync(body, right);

        Assert.Equal("4000001 Invalid Field Format Content-Type", $"{refused.Code} {refused.Message}");
        Assert.Equal("2000000", accepted.Code);
    }

    [Fact]
    public async Task A_Body_That_Is_Not_Utf8_Is_Refused()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var body = WidgetBody.Bytes(WidgetBody.Full);
        var broken = body.ToArray();
        broken[Encoding.ASCII.GetString(body).IndexOf("budi", StringComparison.Ordinal)] = 0xE9;

        Assert.Equal("4000000", (await standIn.AskAsync(broken)).Code);
        Assert.Equal("2000000", (await standIn.AskAsync(body)).Code);
    }

    [Fact]
    public async Task Every_Problem_Of_The_Documentation_Sample_Is_Listed()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var sample = WidgetBody.Full
            .Replace("enc(sandbox-password)", "Z0gKf5KKPvvrPpe2BjtBJw==", StringComparison.Ordinal)
            .Replace("/9j/4AAQ", "/9j/4AAQSkZJRgABAQ...", StringComparison.Ordinal)
            .Replace("enc(3273012501120007)", "1jdzWuniG6UMtoa3T6uNLA==", StringComparison.Ordinal)
            .Replace("\"WNI\"", "\"ID\"", StringComparison.Ordinal);

        await standIn.AskAsync(sample);

        var problems = (await standIn.ListAsync("requests"))[0]!["problems"]!.AsArray();
        Assert.Equal(
            ["images.ktp.base64", "merchantPass", "personalData.kkNumber", "personalData.nationality"],
            problems.Select(p => (string)p!["field"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_Request_Is_Listed_With_Clear_Fields_Short_Images_And_Its_Exact_Bytes_On_Demand()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        var image = "/9j/" + new string('A', 4000);
        var body = WidgetBody.Bytes(WidgetBody.Full.Replace("/9j/4AAQ", image, StringComparison.Ordinal));
        await standIn.AskAsync(body);

        var listed = (await standIn.ListAsync("requests"))[0]!;
        var full = (await standIn.ListAsync("requests?full=true"))[0]!;

        Assert.Equal("(matches)", (string)listed["decrypted"]!["merchantPass"]!);
        Assert.Equal("3273012501120007", (string)listed["decrypted"]!["kkNumber"]!);
        Assert.Equal("Siti Aminah", (string)listed["decrypted"]!["biologicalMotherName"]!);
        Assert.Contains("4027 characters, sha256", (string)listed["body"]!["images"]!["ktp"]!["base64"]!, StringComparison.Ordinal);
        Assert.Null(listed["bodyBase64"]);
        Assert.Equal(body, Convert.FromBase64String((string)full["bodyBase64"]!));
        Assert.DoesNotContain("sandbox-password", full.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(200, (int)listed["answer"]!["status"]!);
    }

    [Fact]
    public async Task A_Post_To_Another_Path_Is_404_And_Listed()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.PostAsync("/api/v1.1/upgrade-account-widget", content: null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("/api/v1.1/upgrade-account-widget", (string)(await standIn.ListAsync("requests"))[0]!["path"]!);
    }
}
