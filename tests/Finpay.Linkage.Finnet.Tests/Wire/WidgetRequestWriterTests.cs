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
    [InlineData("x\r\nBcc: y", false)]
    public void An_Optional_Text_Is_Absent_Or_Not_Empty(string text, bool taken) => AssertTextTaken(taken, text);

    // Facts, because an attribute can't hold half a surrogate pair.
    [Fact]
    public void A_Text_Has_Whole_Characters()
    {
        AssertTextTaken(true, "x\uD83D\uDE00");
        AssertTextTaken(false, "x\uD83D");
        AssertTextTaken(false, "x\uDE00");
    }

    [Theory]
    [InlineData("20241101-A_b.9", true)]
    [InlineData("20241101\r\nFinnet attempt", false)]
    [InlineData("20241101 1441", false)]
    [InlineData("20241101\t1441", false)]
    [InlineData("20241101/1441", false)]
    [InlineData("20241101é1441", false)]
    [InlineData("          ", false)]
    [InlineData(null, false)]
    public void A_Reference_Has_Letters_Digits_Dots_Dashes_And_Underscores(string? reference, bool taken) =>
        AssertTaken(taken, Requests.Minimal with { PartnerReferenceNo = reference! });

    [Theory]
    [InlineData("https://shop.example/upgraded?a=1&b=%3C2%3E", true)]
    [InlineData("HTTPS://SHOP.example", true)]
    [InlineData("http://localhost:5000/", true)]
    [InlineData("com.example.shop://done", true)]
    [InlineData("http://shop.example/", false)]
    [InlineData("http://loopback/", false)]
    [InlineData("https://user@shop.example/", false)]
    [InlineData("https://shop.example/a b", false)]
    [InlineData("https://shop.example/\r\n", false)]
    [InlineData("https://shop.example\\@evil.example/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("JavaScript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/upgraded", false)]
    [InlineData("shop.example", false)]
    [InlineData("", false)]
    public void A_Redirect_Leads_To_A_Page_Or_An_App(string url, bool taken) =>
        AssertTaken(taken, Requests.Minimal with { RedirectFinalUrl = url });

    [Fact]
    public void A_Phone_Is_Needed() => AssertTaken(false, Requests.Minimal with { PhoneNo = null! });

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
        AssertTaken(taken, Requests.Minimal with { PersonalData = new UpgradePersonalData { Email = new Secret(text) } });
        AssertTaken(taken, Requests.Minimal with { PersonalData = new UpgradePersonalData { BiologicalMotherName = new Secret(text) } });
    }

    private static void AssertTaken(bool taken, UpgradeWidgetRequest request)
    {
        byte[] Write() => WidgetRequestWriter.Write(request, FinnetHost.Options).ToArray();
        if (taken)
            Assert.NotEmpty(Write());
        else
            Assert.ThrowsAny<ArgumentException>(Write);
    }
}
