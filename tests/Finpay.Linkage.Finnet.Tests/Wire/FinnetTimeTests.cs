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
    public void A_Time_Is_Wib_Unless_It_Says_Otherwise_In_Any_Culture(string text, string expected)
    {
        var instant = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
        // id-ID separates hours by points; th-TH has other years; ar-SA has other months and digits.
        foreach (var culture in new[] { "", "id-ID", "th-TH", "ar-SA" })
            Assert.Equal(instant, In(culture, () => FinnetTime.Read(text)));
    }

    [Fact]
    public void A_Time_Without_Zone_Keeps_Finnets_Offset() =>
        Assert.Equal(TimeSpan.FromHours(7), FinnetTime.Read("2024-11-01 14:01:10")?.Offset);

    [Theory]
    [InlineData("2024-11-01 14.01.10")]
    [InlineData("01-11-2024 14:01:10")]
    [InlineData("2024-11-01")]
    [InlineData("2024-13-01 14:01:10")]
    [InlineData("2024-11-01 24:01:10")]
    [InlineData("2024-11-01 14:01:10 WIB")]
    [InlineData("1730444470")]
    [InlineData("0001-01-01 00:00:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("Z")]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData(null)]
    public void What_Is_No_Time_Is_Null(string? text)
    {
        foreach (var culture in new[] { "", "id-ID" })
            Assert.Null(In(culture, () => FinnetTime.Read(text)));
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
