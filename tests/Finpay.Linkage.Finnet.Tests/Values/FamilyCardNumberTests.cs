namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class FamilyCardNumberTests
{
    [Theory]
    [InlineData("3173010101010001", true)]
    [InlineData("0000000000000000", true)] // no check digit to fail
    [InlineData("317301010101000", false)]
    [InlineData("31730101010100011", false)]
    [InlineData("317301010101000a", false)]
    [InlineData("a173010101010001", false)]
    [InlineData("317301010101000１", false)]
    [InlineData("317301010101000 ", false)]
    [InlineData("3173 0101 0101 01", false)]
    [InlineData("-173010101010001", false)] // what does not count leaves 15
    [InlineData(" 3173 0101-0101.0001", true)]
    [InlineData("\u202d(3173)\u20100101 [0101]\u20150001\u202c\n", true)]
    [InlineData("3173/0101/0101/0001", false)]
    [InlineData("3173010101010001\0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_Family_Card_Number_Is_Sixteen_Ascii_Digits(string? text, bool valid)
    {
        Assert.Equal(valid, FamilyCardNumber.TryParse(text, out var number));
        Assert.Equal(valid ? string.Concat(text!.Where(char.IsAsciiDigit)) : null, number?.Reveal());
    }
}
