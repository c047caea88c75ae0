using System.Globalization;

namespace Finpay.Linkage.Finnet.Tests.Wire;

public sealed class FinnetTimeTests
{
    [Theory]
    [InlineData("2024-11-01 14:01:10", "2024-11-01T07:01:10Z")] // WIB
    [InlineData("2024-11-01T14:01:10", "2024-11-01T07:01:10Z")]
    [InlineData(" 2024-11-01 14:01:10 ", "2024-11-01T07:01:10Z")]
    [InlineData("2024-11-01 14:01:10.250", "2024-11-01T07:01:10.250Z")]
    [InlineData("2024-11-01T14:01:10.250", "2024-11-01T07:01:10.250Z")]
    [InlineData("2024-11-01T14:01:10+07:00", "2024-11-01T07:01:10Z")]
    [InlineData("2024-11-01T14:01:10+08:00", "2024-11-01T06:01:10Z")]
    [InlineData("2024-11-01 14:01:10-01:30", "2024-11-01T15:31:10Z")]
    [InlineData("2024-11-01T14:01:10.5+07:00", "2024-11-01T07:01:10.5Z")]
    [InlineData("2024-11-01T14:01:10Z", "2024-11-01T14:01:10Z")]
    [InlineData("2024-11-01T14:01:10z", "2024-11-01T14:01:10Z")]
    [InlineData("2024-11-01T14:01:10.1234567Z", "2024-11-01T14:01:10.1234567Z")]
    [InlineData("2024-11-01T14:01:10.123456789Z", "2024-11-01T14:01:10.1234567Z")]
    [InlineData("2024-11-01T14:01:10,5+07", "2024-11-01T07:01:10.5Z")]
    [InlineData("2024-11-01T14:01:10+0730", "2024-11-01T06:31:10Z")]
    [InlineData("2024-11-01 14:01:10 +07:00", "2024-11-01T07:01:10Z")]
    [InlineData("2024-11-01T14:01", "2024-11-01T07:01:00Z")]
    [InlineData("2024-11-01T14:01Z", "2024-11-01T14:01:00Z")]
    [InlineData("2024-11-01", "2024-10-31T17:00:00Z")]
    public void A_Time_Is_Wib_Unless_It_Says_Otherwise_In_Any_Culture(string text, string expected)
    {
        var instant = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
        // id-ID separates hours by points; th-TH has other years; ar-SA has other months and digits.
        foreach (var culture in new[] { "", "id-ID", "th-TH", "ar-SA" })
            Assert.Equal(instant, In(culture, () => FinnetTime.Read(text)));
    }

    [Theory]
    [InlineData("2024-11-01 14:01:10", "2024-11-01T07:01:10Z")]
    [InlineData("2024/11/01", "2024-10-31T17:00:00Z")]
    [InlineData("2024/11/01 14:01", "2024-11-01T07:01:00Z")]
    [InlineData("2024/11/01 14:01:10.250", "2024-11-01T07:01:10.250Z")]
    [InlineData("01-11-2024", "2024-10-31T17:00:00Z")]
    [InlineData("01-11-2024 14:01:10", "2024-11-01T07:01:10Z")]
    [InlineData("13-11-2024T14:01:10+08:00", "2024-11-13T06:01:10Z")]
    [InlineData("01/11/2024 14:01:10", "2024-11-01T07:01:10Z")]
    [InlineData("20241101T140110Z", "2024-11-01T14:01:10Z")]
    [InlineData("20241101140110", "2024-11-01T07:01:10Z")]
    [InlineData("1730444470", "2024-11-01T07:01:10Z")]
    [InlineData("1730444470.5", "2024-11-01T07:01:10.5Z")]
    [InlineData("1730444470250", "2024-11-01T07:01:10.250Z")]
    [InlineData(" 1730444470 ", "2024-11-01T07:01:10Z")]
    public void An_Expiry_Is_Read_In_Many_Forms_In_Any_Culture(string text, string expected)
    {
        var instant = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
        foreach (var culture in new[] { "", "id-ID", "th-TH", "ar-SA" })
            Assert.Equal(instant, In(culture, () => FinnetTime.ReadExpiry(text, FinnetTime.Wib)));
    }

    [Theory]
    [InlineData("01/11/2024 13:00")]
    [InlineData("2024/11/01 13:00:00")]
    [InlineData("1730444470")]
    public void A_Timestamp_Of_Snap_Is_Iso_8601_Alone(string text) => Assert.Null(FinnetTime.Read(text));

    [Fact]
    public void A_Time_Without_Zone_Keeps_Finnets_Offset() =>
        Assert.Equal(TimeSpan.FromHours(7), FinnetTime.Read("2024-11-01 14:01:10")?.Offset);

    [Theory]
    [InlineData("2024-11-01 14.01.10")]
    [InlineData("2024-11/01 14:01:10")]
    [InlineData("11-2024-01 14:01:10")]
    [InlineData("2024-13-01 14:01:10")]
    [InlineData("2024-02-30 14:01:10")]
    [InlineData("31-04-2024")]
    [InlineData("2024-11-01 24:01:10")]
    [InlineData("2024-11-01 14:01:10 WIB")]
    [InlineData("2024-11-01 14:01:10\nx")]
    [InlineData("2024-11-01 14:01:10+15:00")]
    [InlineData("2024-11-01T")]
    [InlineData("2024-11-01T14")]
    [InlineData("٢٠٢٤-11-01 14:01:10")]
    [InlineData("0")]
    [InlineData("999999999")] // seconds before 2001
    [InlineData("173044447025")] // neither seconds nor milliseconds of this age
    [InlineData("100000000000000")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("1.7e9")]
    [InlineData("-1730444470")]
    [InlineData("0001-01-01 00:00:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("tomorrow")]
    [InlineData("Z")]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData(null)]
    public void What_Is_No_Time_Is_Null(string? text)
    {
        foreach (var culture in new[] { "", "id-ID" })
        {
            Assert.Null(In(culture, () => FinnetTime.ReadExpiry(text, FinnetTime.Wib)));
            Assert.Null(In(culture, () => FinnetTime.Read(text)));
        }
    }

    private static T In<T>(string culture, Func<T> read)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            return read();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
