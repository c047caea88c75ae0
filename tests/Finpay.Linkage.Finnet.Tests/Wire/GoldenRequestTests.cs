using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Wire;

/// <summary>The whole body that Finnet gets, byte for byte, for every row of Finnet's request table.</summary>
/// <remarks>
/// The ciphertexts are remade with <c>printf '%s' PLAINTEXT | openssl enc -aes-128-cbc -K $K -iv $K -base64 -A</c> and
/// <c>K=31323334353637383930313233343536</c>; the plaintexts are
/// <c>123456</c> (merchantPass), <c>3173010101010001</c> (kkNumber) and <c>Siti Nurhaliza Ñandú 李 😀</c> (biologicalMotherName).
/// </remarks>
public sealed class GoldenRequestTests
{
    // Every body begins with this text; the table holds what follows it.
    private const string Start =
        """{"partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724","""
        + "\"merchantPass\":\"1jdzWuniG6UMtoa3T6uNLA==\"";

    private static readonly UpgradePersonalData Data = Requests.AllPersonalData;

    private static readonly Dictionary<string, (UpgradeWidgetRequest Request, string Tail)> Table = new(StringComparer.Ordinal)
    {
        ["The smallest"] = (Requests.Minimal, "}"),
        ["Everything"] = (Requests.Full,
            """
            ,"redirectFinalUrl":"https://shop.example/upgraded?a=1&b=%3C2%3E",
            "images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/+++++w==","isEditable":false},
            "selfie":{"base64":"data:image/png;base64,iVBORw0KGgr7774=","isEditable":true}},
            "personalData":{"kkNumber":"1uTjxn5BcqFL3ON7Ql5/TrrOB92etiL32z6iCTNYBGw=",
            "biologicalMotherName":"l9CJ7fWTGpCHNotF/XEn8uzGcPOR2K1E9CQPlbh0FLM=",
            "nationality":"WNI","email":"budi.santoso+kyc@email.com"}}
            """),
        ["redirectFinalUrl alone"] = (Requests.Minimal with { RedirectFinalUrl = Requests.Full.RedirectFinalUrl },
            ""","redirectFinalUrl":"https://shop.example/upgraded?a=1&b=%3C2%3E"}"""),
        ["ktp alone"] = (WithImages(Ktp(isEditable: false), null),
            ""","images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/+++++w==","isEditable":false}}}"""),
        ["ktp alone, editable"] = (WithImages(Ktp(isEditable: true), null),
            ""","images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/+++++w==","isEditable":true}}}"""),
        ["selfie alone"] = (WithImages(null, Selfie(isEditable: false)),
            ""","images":{"selfie":{"base64":"data:image/png;base64,iVBORw0KGgr7774=","isEditable":false}}}"""),
        ["selfie alone, editable"] = (WithImages(null, Selfie(isEditable: true)),
            ""","images":{"selfie":{"base64":"data:image/png;base64,iVBORw0KGgr7774=","isEditable":true}}}"""),
        ["Both images"] = (WithImages(Ktp(isEditable: true), Selfie(isEditable: false)),
            """
            ,"images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/+++++w==","isEditable":true},
            "selfie":{"base64":"data:image/png;base64,iVBORw0KGgr7774=","isEditable":false}}}
            """),
        ["Images without an image"] = (WithImages(null, null), "}"),
        ["kkNumber alone"] = (WithData(new() { KkNumber = Data.KkNumber }),
            ""","personalData":{"kkNumber":"1uTjxn5BcqFL3ON7Ql5/TrrOB92etiL32z6iCTNYBGw="}}"""),
        ["biologicalMotherName alone"] = (WithData(new() { BiologicalMotherName = Data.BiologicalMotherName }),
            ""","personalData":{"biologicalMotherName":"l9CJ7fWTGpCHNotF/XEn8uzGcPOR2K1E9CQPlbh0FLM="}}"""),
        ["nationality alone, a citizen"] = (WithData(new() { Nationality = Nationality.Wni }),
            ""","personalData":{"nationality":"WNI"}}"""),
        ["nationality alone, a foreigner"] = (WithData(new() { Nationality = Nationality.Wna }),
            ""","personalData":{"nationality":"WNA"}}"""),
        ["email alone"] = (WithData(new() { Email = Data.Email }),
            ""","personalData":{"email":"budi.santoso+kyc@email.com"}}"""),
        ["Personal data without a member"] = (WithData(new()), "}"),
        ["Phone with a leading zero"] = (Requests.Minimal with { PhoneNo = Requests.Phone("081295288912") }, "}"),
        ["Phone with a plus"] = (Requests.Minimal with { PhoneNo = Requests.Phone("+6281295288912") }, "}"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_Request_Is_Sent_As_These_Very_Bytes(string name)
    {
        var (request, tail) = Table[name];
        var body = Start + tail.ReplaceLineEndings("");
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network);
        await host.SendAsync(request);
        Assert.Equal(Encoding.UTF8.GetBytes(body), Assert.Single(network.Requests).Body);
    }

    private static UpgradeWidgetRequest WithImages(UpgradeImage? ktp, UpgradeImage? selfie) =>
        Requests.Minimal with { Images = new UpgradeImages { Ktp = ktp, Selfie = selfie } };

    private static UpgradeWidgetRequest WithData(UpgradePersonalData data) => Requests.Minimal with { PersonalData = data };

    private static UpgradeImage Ktp(bool isEditable) => new(Requests.Image(Requests.Jpeg), isEditable);

    private static UpgradeImage Selfie(bool isEditable) => new(Requests.Image(Requests.Png), isEditable);
}
