using System.Globalization;

namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class NationalityTests
{
    [Theory]
    [InlineData("WNI", "WNI")]
    [InlineData("wni", "WNI")]
    [InlineData("ID", "WNI")]
    [InlineData("id", "WNI")]
    [InlineData("IDN", "WNI")]
    [InlineData("idn", "WNI")]
    [InlineData("Indonesia", "WNI")]
    [InlineData("INDONESIA", "WNI")]
    [InlineData("WNA", "WNA")]
    [InlineData("wna", "WNA")]
    public void Known_Words_Become_The_Two_Words_Of_The_Wire(string text, string wire)
    {
        Assert.True(Nationalities.TryParse(text, out var nationality));
        Assert.Equal(wire, nationality.ToWire());
    }

    [Theory]
    [InlineData("WN")]
    [InlineData("WNIA")]
    [InlineData(" WNI")]
    [InlineData("MY")]
    [InlineData("Indonesian")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_Words_Are_Refused(string? text) => Assert.False(Nationalities.TryParse(text, out _));

    [Fact]
    public void A_Number_That_Is_No_Nationality_Has_No_Word() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Nationality)2).ToWire());

    [Fact]
    public void Turkish_Rules_For_The_Letter_I_Change_Nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.True(Nationalities.TryParse("indonesia", out _));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
