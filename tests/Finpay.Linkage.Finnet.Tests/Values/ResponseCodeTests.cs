namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class ResponseCodeTests
{
    [Theory]
    [InlineData("2000000", 200)]
    [InlineData(" 2020000\r\n", 202)]
    [InlineData("4090001", 409)]
    [InlineData("0000000", 0)]
    public void Seven_Digits_Are_A_Code_And_Its_First_Three_The_Http_Status(string text, int status)
    {
        Assert.True(ResponseCode.TryParse(text, out var code));
        Assert.Equal(text.Trim(), code.ToString());
        Assert.Equal(status, code.HttpStatus);
    }

    [Theory]
    [InlineData("200000")]
    [InlineData("20000000")]
    [InlineData("200000O")]
    [InlineData("-200000")]
    [InlineData("200 000")]
    [InlineData("２000000")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_Else_Is_No_Code(string? text)
    {
        Assert.False(ResponseCode.TryParse(text, out var code));
        Assert.Equal((default, 0, ""), (code, code.HttpStatus, code.ToString()));
    }

    [Fact]
    public void Codes_With_The_Same_Last_Digits_Are_Different_Codes()
    {
        Assert.True(ResponseCode.TryParse("2000000", out var issued));
        Assert.True(ResponseCode.TryParse("2020000", out var inProcess));
        Assert.Equal(ResponseCode.Success, issued);
        Assert.Equal(ResponseCode.InProcess, inProcess);
        Assert.NotEqual(issued, inProcess);
    }
}
