using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("081295288912")]
    [InlineData("81295288912")]
    [InlineData("6281295288912")]
    [InlineData("+6281295288912")]
    [InlineData("006281295288912")]
    [InlineData("62 081295288912")]
    [InlineData("62081295288912")]
    [InlineData("+62 (0)812-9528-8912")]
    [InlineData("0062.812.9528.8912")]
    [InlineData(" [0812] 9528\u00a08912\t")]
    [InlineData("0812\u20109528\u20118912")]
    [InlineData("0812\u20129528\u20138912")]
    [InlineData("0812\u20149528\u20158912")]
    [InlineData("\u202a+62 812\u200e9528\u200f8912\u202c")]
    [InlineData("\u20660812\u061c95288912\u2069\u200b")]
    [InlineData("081295288912\n")]
    public void Every_Form_Of_A_Number_Is_The_Same_Number(string form)
    {
        Assert.True(PhoneNumber.TryParse(form, out var phone));
        Assert.Equal("6281295288912", phone.Reveal());
        Assert.Equal(Requests.Phone("6281295288912"), phone);
        Assert.Equal(Requests.Phone("6281295288912").GetHashCode(), phone.GetHashCode());
        Assert.Equal("6281295288912", PhoneNumber.Canonicalize(form));
    }

    [Fact]
    public void Numbers_That_Differ_In_One_Digit_Are_Not_Equal()
    {
        var phone = Requests.Phone("081295288912");
        Assert.False(phone.Equals(Requests.Phone("081295288913")));
        Assert.False(phone.Equals((object)"6281295288912"));
        Assert.False(phone.Equals(null));
        Assert.True(phone.Equals((object)Requests.Phone("81295288912")));
    }

    [Theory]
    [InlineData("6281234567", true)] // 10
    [InlineData("628123456", false)] // 9
    [InlineData("628123456789012", true)] // 15
    [InlineData("6281234567890123", false)] // 16
    [InlineData("081234567", true)] // 10 once it is 628…
    [InlineData("08123456", false)]
    [InlineData("08123456789012", true)] // 15 once it is 628…
    [InlineData("081234567890123", false)]
    [InlineData("+628123456789012", true)] // + and 00 do not count
    [InlineData("00628123456789012", true)]
    [InlineData("+6281234567890123", false)]
    [InlineData("006281234567890123", false)]
    public void Ten_To_Fifteen_Digits_Count_In_The_International_Form(string text, bool valid) =>
        Assert.Equal(valid, PhoneNumber.TryParse(text, out _));

    [Theory]
    [InlineData("0812952889a2")] // letter
    [InlineData("+60123456789")] // Malaysia
    [InlineData("60123456789")]
    [InlineData("+16281295288")] // 628 later on
    [InlineData("02112345678")] // Jakarta landline
    [InlineData("622112345678")]
    [InlineData("+622112345678")]
    [InlineData("620081295288912")] // double prefixes
    [InlineData("626281295288912")]
    [InlineData("+62+6281295288912")]
    [InlineData("++6281295288912")]
    [InlineData("00006281295288912")]
    [InlineData("+081295288912")]
    [InlineData("+81295288912")] // Japan
    [InlineData("0081295288912")]
    [InlineData("+006281295288912")]
    [InlineData("0812/9528/8912")] // no separators
    [InlineData("0812_9528_8912")]
    [InlineData("0812,9528,8912")]
    [InlineData("0812+9528+8912")]
    [InlineData("081295288912\0")]
    [InlineData("()- .")]
    [InlineData("０８１２９５２８８９１２")] // full-width digits
    [InlineData("08129528891２")]
    [InlineData("62812952889١٢")] // Arabic-Indic digits
    [InlineData("+")]
    [InlineData("")]
    [InlineData(null)]
    public void What_Is_No_Indonesian_Mobile_Number_Is_Refused(string? text)
    {
        Assert.False(PhoneNumber.TryParse(text, out var phone));
        Assert.Null(phone);
    }
}
