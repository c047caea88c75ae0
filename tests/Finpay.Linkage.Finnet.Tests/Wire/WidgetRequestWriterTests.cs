using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Wire;

/// <summary>What the strict writer refuses; what it writes stands in <see cref="GoldenRequestTests"/>.</summary>
public sealed class WidgetRequestWriterTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_Reference_Has_10_To_64_Characters(int length, bool taken) =>
        AssertTaken(taken, Requests.Minimal with { PartnerReferenceNo = new string('1', length) });

    [Theory]
    [InlineData("x", true)]
    [InlineData("", false)]
    public void An_Optional_Text_Is_Absent_Or_Not_Empty(string text, bool taken) => AssertTextTaken(taken, text);

    // Facts, because an attribute can't hold half a surrogate pair.
    [Fact]
    public void A_Text_Has_Whole_Characters()
    {
        AssertTextTaken(true, "x\uD83D\uDE00");
        AssertTextTaken(false, "x\uD83D");
        AssertTextTaken(false, "x\uDE00");
    }

    [Fact]
    public void A_Reference_Has_Whole_Characters()
    {
        AssertTaken(true, Requests.Minimal with { PartnerReferenceNo = "20241101144100\uD83D\uDE00" });
        AssertTaken(false, Requests.Minimal with { PartnerReferenceNo = "20241101144100\uD83D" });
    }

    [Theory]
    [InlineData(Requests.Jpeg, true)]
    [InlineData(Requests.Png, true)]
    [InlineData("data:image/png;base64,AAAA", true)] // what it shows is the caller's to judge
    [InlineData("data:image/png;base64,", false)]
    [InlineData("data:image/png;base64,iVBORw0KGgr7774", false)]
    [InlineData("iVBORw0KGgr7774=", false)]
    [InlineData("", false)]
    public void An_Image_Is_Base64_With_The_Prefix_Of_Its_Type(string image, bool taken)
    {
        AssertTaken(
            taken,
            Requests.Minimal with { Images = new UpgradeImages { Ktp = new UpgradeImage(Requests.Image(image), IsEditable: true) } });
        AssertTaken(
            taken,
            Requests.Minimal with { Images = new UpgradeImages { Selfie = new UpgradeImage(Requests.Image(image), IsEditable: true) } });
    }

    private static void AssertTextTaken(bool taken, string text)
    {
        AssertTaken(taken, Requests.Minimal with { RedirectFinalUrl = text });
        AssertTaken(taken, Requests.Minimal with { PersonalData = new UpgradePersonalData { Email = new Secret(text) } });
        AssertTaken(taken, Requests.Minimal with { PersonalData = new UpgradePersonalData { BiologicalMotherName = new Secret(text) } });
    }

    private static void AssertTaken(bool taken, UpgradeWidgetRequest request)
    {
        var options = new FinnetOptions { MerchantId = "AGREE170724", MerchantPassword = new Secret("123456") };
        var cipher = new FieldCipher(new Secret("1234567890123456"), new Secret("1234567890123456"));
        byte[] Write() => WidgetRequestWriter.Write(request, options, cipher).ToArray();
        if (taken)
            Assert.NotEmpty(Write());
        else
            Assert.ThrowsAny<ArgumentException>(Write);
    }
}
