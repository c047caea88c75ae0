namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>When a token is replaced and when it expires.</summary>
public sealed class AccessTokenLifeTests
{
    private static readonly DateTimeOffset Asked = new(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("900", 840, 900)] // a minute ahead
    [InlineData("300", 240, 300)]
    [InlineData("295", 236, 295)] // a fifth of its life ahead, where that is less
    [InlineData("10", 8, 10)]
    [InlineData("0.5", 0.4, 0.5)]
    [InlineData(" 900 ", 840, 900)]
    [InlineData("86399", 86_339, 86_399)]
    [InlineData("86400", 86_340, 86_400)] // a day at most
    [InlineData("86401", 86_340, 86_400)]
    [InlineData("79228162514264337593543950335", 86_340, 86_400)]
    [InlineData("792281625142643375935439503350", 840, 900)] // no number that can be read: SNAP's usual life
    [InlineData("0", 840, 900)]
    [InlineData("-1", 840, 900)]
    [InlineData("1e3", 840, 900)]
    [InlineData("1,000", 840, 900)]
    [InlineData("soon", 840, 900)]
    [InlineData("", 840, 900)]
    [InlineData(null, 840, 900)]
    public void A_Token_Is_Replaced_Ahead_Of_Its_End(string? expiresIn, double refresh, double end)
    {
        var token = AccessToken.Lasting(new Secret("token"), expiresIn, Asked);
        Assert.Equal((Asked.AddSeconds(refresh), Asked.AddSeconds(end)), (token.RefreshAt, token.ExpiresAt));
    }
}
