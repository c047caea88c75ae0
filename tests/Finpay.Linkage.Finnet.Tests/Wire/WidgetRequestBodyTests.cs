using System.Text;
using Finpay.Linkage.Finnet.Security;
using Finpay.Linkage.Finnet.Tests.Support;
using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Tests.Wire;

/// <summary>The exact bytes that Finnet gets. The ciphertexts are remade as <see cref="Values.FieldCipherTests"/> says.</summary>
public sealed class WidgetRequestBodyTests
{
    private const string Mandatory =
        """
        "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724","merchantPass":"1jdzWuniG6UMtoa3T6uNLA=="
        """;

    private const string Ktp = """ "ktp":{"base64":"data:image/jpeg;base64,/9j/+++++w==","isEditable":false} """;
    private const string Selfie = """ "selfie":{"base64":"data:image/png;base64,iVBORw0KGgr7774=","isEditable":true} """;
    private const string Redirect = """ "redirectFinalUrl":"https://shop.example/upgraded?a=1&b=<2>" """;
    private const string Kk = """ "kkNumber":"1uTjxn5BcqFL3ON7Ql5/TrrOB92etiL32z6iCTNYBGw=" """;
    private const string Mother = """ "biologicalMotherName":"l9CJ7fWTGpCHNotF/XEn8uzGcPOR2K1E9CQPlbh0FLM=" """;
    private const string Wni = """ "nationality":"WNI" """;
    private const string Wna = """ "nationality":"WNA" """;
    private const string Email = """ "email":"budi.santoso+kyc@email.com" """;

    private static readonly UpgradeImages Images = Requests.BothImages;
    private static readonly UpgradePersonalData Data = Requests.AllPersonalData;

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_Reference_Has_10_To_64_Characters(int length, bool taken)
    {
        var request = Requests.Minimal with { PartnerReferenceNo = new string('1', length) };
        if (taken)
            Assert.NotEmpty(Write(request));
        else
            Assert.Throws<ArgumentException>(() => Write(request));
    }

    [Fact]
    public void An_Empty_Text_Is_Refused_Where_An_Absent_One_Is_Left_Out()
    {
        Assert.NotEmpty(Write(Requests.Minimal with { PersonalData = new UpgradePersonalData() }));
        Assert.Throws<ArgumentException>(() => Write(Requests.Minimal with { RedirectFinalUrl = "" }));
        Assert.Throws<ArgumentException>(() => Write(Requests.Minimal with { PersonalData = new UpgradePersonalData { Email = new Secret("") } }));
        Assert.Throws<ArgumentException>(() => Write(Requests.Minimal with { PersonalData = new UpgradePersonalData { BiologicalMotherName = new Secret("") } }));
    }

    [Fact]
    public void The_Smallest_Request_Has_The_Four_Mandatory_Members() => AssertWritten(Requests.Minimal, Mandatory);

    [Fact]
    public void The_Full_Request_Has_Every_Member_In_The_Order_Of_Finnets_Table() => AssertWritten(
        Requests.Full,
        Mandatory,
        Redirect,
        Member("images", Ktp, Selfie),
        Member("personalData", Kk, Mother, Wni, Email));

    [Fact]
    public void A_Redirect_Alone_Is_Written_Unescaped() =>
        AssertWritten(Requests.Minimal with { RedirectFinalUrl = Requests.Full.RedirectFinalUrl }, Mandatory, Redirect);

    [Fact]
    public void Each_Image_May_Stand_Alone()
    {
        AssertWritten(Requests.Minimal with { Images = Images with { Selfie = null } }, Mandatory, Member("images", Ktp));
        AssertWritten(Requests.Minimal with { Images = Images with { Ktp = null } }, Mandatory, Member("images", Selfie));
    }

    [Fact]
    public void Each_Piece_Of_Personal_Data_May_Stand_Alone()
    {
        AssertPersonalData(Kk, new UpgradePersonalData { KkNumber = Data.KkNumber });
        AssertPersonalData(Mother, new UpgradePersonalData { BiologicalMotherName = Data.BiologicalMotherName });
        AssertPersonalData(Wni, new UpgradePersonalData { Nationality = Nationality.Wni });
        AssertPersonalData(Wna, new UpgradePersonalData { Nationality = Nationality.Wna });
        AssertPersonalData(Email, new UpgradePersonalData { Email = Data.Email });
    }

    [Fact]
    public void Objects_Without_Members_Are_Left_Out() =>
        AssertWritten(Requests.Minimal with { Images = new UpgradeImages(), PersonalData = new UpgradePersonalData() }, Mandatory);

    [Theory]
    [InlineData("081295288912")]
    [InlineData("+6281295288912")]
    public void The_Phone_Is_Sent_In_The_International_Form_However_It_Came(string form) =>
        AssertWritten(Requests.Minimal with { PhoneNo = Requests.Phone(form) }, Mandatory);

    [Fact]
    public void No_Plus_Of_Base64_Is_Escaped()
    {
        var written = Write(Requests.Full);
        Assert.Contains("/9j/+++++w==", written, StringComparison.Ordinal);
        Assert.DoesNotContain('\\', written);
    }

    private static void AssertPersonalData(string member, UpgradePersonalData data) =>
        AssertWritten(Requests.Minimal with { PersonalData = data }, Mandatory, Member("personalData", member));

    private static void AssertWritten(UpgradeWidgetRequest request, params string[] members) => Assert.Equal(Document(members), Write(request));

    private static string Member(string name, params string[] members) => $"\"{name}\":{Document(members)}";

    // The members above carry a space on either side to be readable beside their quotes; the document has none.
    private static string Document(string[] members) => $"{{{string.Join(',', members.Select(member => member.Trim()))}}}";

    private static string Write(UpgradeWidgetRequest request)
    {
        var options = new FinnetOptions { MerchantId = "AGREE170724", MerchantPassword = new Secret("123456") };
        var cipher = new FieldCipher(new Secret("1234567890123456"), new Secret("1234567890123456"));
        return Encoding.UTF8.GetString(WidgetRequestBody.Serialize(request, options, cipher));
    }
}
