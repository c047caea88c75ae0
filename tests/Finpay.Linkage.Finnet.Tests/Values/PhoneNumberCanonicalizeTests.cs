namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class PhoneNumberCanonicalizeTests
{
    public static TheoryData<string> Texts => new()
    {
        "", " ", "+", "0", "00", "0062", "62", "8", "+62", "081295288912", " 081295288912\t", "+6281295288912", "006281295288912",
        "60123456789",
        "+60123456789", "00628", "62081295288912", "86281295288912", "0862812952889", "０８１２９５２８８９１２", "not a phone", "\uD800", "\0",
        new string('8', 100_000),
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Canonicalizing_Twice_Changes_Nothing_More_And_No_Text_Is_Refused(string text)
    {
        var once = PhoneNumber.Canonicalize(text);
        Assert.Equal(once, PhoneNumber.Canonicalize(once));
        Assert.True(PhoneNumber.TryParse(once, out _) || once == text.Trim());
    }

    [Theory]
    [InlineData("60123456789", "60123456789")]
    [InlineData("+60123456789", "+60123456789")]
    [InlineData("02112345678", "02112345678")]
    [InlineData("0812", "0812")] // too short to be a number: untouched, not half changed
    [InlineData("not a phone", "not a phone")]
    [InlineData(" 60123456789 ", "60123456789")]
    [InlineData("60 12-345 6789", "60 12-345 6789")]
    [InlineData(" 081295288912\t", "6281295288912")]
    [InlineData("62 0812-9528-8912", "6281295288912")]
    public void What_Is_No_Indonesian_Mobile_Number_Stays_As_It_Came_But_For_The_Space_Around_It(string text, string expected) =>
        Assert.Equal(expected, PhoneNumber.Canonicalize(text));
}
