using BenchmarkDotNet.Attributes;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Compare;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Benchmarks.Micro;

/// <summary>The request to Finnet, without photos and with two photos that were inspected before.</summary>
public class WidgetRequestBenchmarks
{
    private static readonly FinnetOptions Options = new()
    {
        MerchantId = TestSettings.MerchantId,
        MerchantPassword = new Secret(TestSettings.MerchantPassword),
        EncryptionKey = new Secret(TestSettings.EncryptionKey),
        EncryptionIv = new Secret(TestSettings.EncryptionIv),
    };

    private UpgradeWidgetRequest request = null!;

    [Params(false, true)]
    public bool Images { get; set; }

    [GlobalSetup]
    public void SetUp() => request = new UpgradeWidgetRequest
    {
        PartnerReferenceNo = "202411011441000012",
        PhoneNo = PhoneNumber.TryParse("081295288912", out var phone) ? phone : throw new InvalidOperationException(),
        RedirectFinalUrl = "https://shop.example/upgraded",
        Images = Images
            ? new UpgradeImages
            {
                Ktp = new UpgradeImage(ImageBenchmarks.Photo(), IsEditable: false),
                Selfie = new UpgradeImage(
                ImageBenchmarks.Photo(), IsEditable: true)
            }
            : null,
        PersonalData = new UpgradePersonalData
        {
            KkNumber = FamilyCardNumber.TryParse("3273012501120007", out var number) ? number : throw new InvalidOperationException(),
            BiologicalMotherName = new Secret("Siti Aminah"),
            Nationality = Nationality.Wni,
            Email = new Secret("budi.santoso@email.com"),
        },
    };

    [Benchmark]
    public object Write() => WidgetRequestWriter.Write(request, Options);
}

/// <summary>Inspects a photo of 700,000 bytes.</summary>
public class ImageBenchmarks
{
    private readonly byte[] photo = CreateBodies.RandomPhoto(700_000);

    // A new image each time, because an image remembers the result.
    [Benchmark]
    public ImageProblem Inspect() => new ImageDataUri(photo).Inspect(1024 * 1024);

    internal static ImageDataUri Photo() => new(CreateBodies.RandomPhoto(700_000));
}

/// <summary>One encrypted field.</summary>
public class FieldCipherBenchmarks
{
    private const string Number = "3273012501120007";

    private readonly FieldCipher cipher = Cipher();
    private readonly string encrypted = Cipher().Encrypt(Number);

    [Benchmark]
    public string Encrypt() => cipher.Encrypt(Number);

    [Benchmark]
    public string Decrypt() => cipher.Decrypt(encrypted);

    internal static FieldCipher Cipher() => new(new Secret(TestSettings.EncryptionKey), new Secret(TestSettings.EncryptionIv));
}

/// <summary>Reading what Finnet sends.</summary>
public class ReaderBenchmarks
{
    private readonly byte[] answer = """
        {"responseCode":"2000000","responseMessage":"Request has been processed successfully",
        "widgetUrl":"https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd",
        "expiryTime":"2024-11-01 14:01:10"}
        """u8.ToArray();

    private readonly byte[] notification = """
        {"kycResponse":"KYC Approved","kycMessage":"Your KYC has been approved","partnerReferenceNo":"202411011441000012",
        "phoneNo":"6281295288912","merchantId":"AGREE170724"}
        """u8.ToArray();

    [Benchmark]
    public object ReadAnswer() => WidgetAnswer.Read(answer, retryAfter: null, FinnetTime.Wib) ?? throw new InvalidOperationException();

    [Benchmark]
    public object ReadNotification() => KycNotificationReader.Read(notification).Problem;
}
