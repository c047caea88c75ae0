using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

public sealed class WidgetAnswerProperties
{
    private static readonly string[] Names = ["responseCode", "responseMessage", "widgetUrl", "expiryTime"];

    private static readonly Gen<byte[]> Rendered =
        from code in Gen.OneOf(Gen.Elements("2000000", "2020000", "2000001", "2000002", "4090001", "5030000"), Texts.Digits(7, 7))
        from message in Texts.Any
        from url in Gen.Elements(
            "https://demos.finnet.co.id/widget", "http://localhost/", "http://demos.finnet.co.id/", "ftp://x", "//x", "")
        from expiry in Gen.OneOf(
            Gen.Elements("2024-11-01 14:01:10", "2024-11-01T14:01:10Z", "9999-12-31 23:59:59", "0001-01-01 00:00:00"), Texts.Any)
        from body in Json.Rendered([("responseCode", code), ("responseMessage", message), ("widgetUrl", url), ("expiryTime", expiry)])
        select body;

    [Fact]
    public void Any_Bytes_Are_A_Result_Or_A_Failure() => Property.Holds(Json.Damaged(Rendered), AssertTotal);

    [Fact]
    public void Any_Json_Is_A_Result_Or_A_Failure() =>
        Property.Holds(Json.Document(Names), document => AssertTotal(Encoding.UTF8.GetBytes(document)));

    [Fact]
    public void Any_Answer_However_It_Is_Written_Is_A_Result_Or_A_Failure() => Property.Holds(Rendered, AssertTotal);

    [Fact]
    public void Any_Text_Is_A_Time_Or_None() => Property.Holds(
        from digits in Texts.Digits(17, 17)
        from mark in Gen.Elements(" ", "T")
        from zone in Gen.Elements("", "Z", "z", "+07:00", "-14:00", "+15:00")
        from wild in Texts.Wild
        from text in Gen.Elements(
            wild, $"{digits[..4]}-{digits[4..6]}-{digits[6..8]}{mark}{digits[8..10]}:{digits[10..12]}:{digits[12..14]}{zone}")
        select text,
        text => _ = (FinnetTime.Read(text), FinnetTime.ReadExpiry(text, FinnetTime.Wib)));

    private static void AssertTotal(byte[] body)
    {
        if (WidgetAnswer.Read(body, retryAfter: null, FinnetTime.Wib) is not { } answer)
            return;
        Assert.Matches("^[0-9]{7}$", answer.ResponseCode.ToString());
        Assert.InRange(answer.ResponseMessage!.Length, 0, TolerantJson.MaxMessageLength);
        Assert.True(answer.WidgetUrl is null ? answer.Kind != FinnetAnswerKind.WidgetIssued : answer.IsResult, $"{answer}");
        Assert.Equal(answer.IsResult, answer.Reason.Length == 0);
    }
}
