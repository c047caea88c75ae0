using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>A body that is sent, and how it was made.</summary>
internal sealed record FuzzCase(long Number, byte[] Body, string? ContentType, IReadOnlyList<string> Kinds)
{
    /// <summary>Part of all personal data, as letters or digits: no answer and no log line may contain it.</summary>
    public const string Canary = "CANARYcanary";
    public const string CanaryDigits = "777177717";

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "APPLICATION/JSON", "text/json",
        "application/problem+json", "text/plain",
        "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
        "text/xml; charset=x", "*/*", "a/b",
    ];

    private static readonly string[] Responses =
    [
        "KYC Approved", "KYC Approved", "KYC Rejected", "KYC_APPROVED", " kyc   rejected", "Approved", "KYC Pending",
    ];

    private static readonly string[] Redirects =
    [
        "https://shop.example/" + Canary, "http://localhost/" + Canary, "https://" + Canary + "@evil.example", "https:\\\\" + Canary,
        "javascript:" + Canary, "http://shop.example/" + Canary,
    ];

    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">The number of the case.</param>
    /// <param name="make">Makes the members of a right or almost right body.</param>
    public static FuzzCase Make(ulong seed, long number, Func<FuzzRandom, FuzzMembers> make)
    {
        var random = new FuzzRandom(seed, number);
        var kinds = new List<string>();
        var members = make(random);
        for (var changes = random.Chance(45) ? 1 + random.Next(2) : 0; changes > 0; changes--)
            kinds.Add(members.Change(random));
        var body = Encoding.UTF8.GetBytes(members.ToString());
        for (var changes = random.Chance(40) ? 1 + random.Next(3) : 0; changes > 0; changes--)
        {
            (body, var kind) = BodyMutator.Change(body, random, () => Encoding.UTF8.GetBytes(make(random).ToString()));
            kinds.Add(kind);
        }

        var contentType = random.Chance(92) ? "application/json" : random.Chance(10) ? null : random.Of(ContentTypes);
        if (contentType != "application/json")
            kinds.Add("content type");
        if (kinds.Count == 0)
            kinds.Add("structured only");
        return new FuzzCase(number, body, contentType, kinds);
    }

    public static FuzzMembers Callback(FuzzRandom random)
    {
        var members = new FuzzMembers
        {
            { "kycResponse", random.Chance(90) ? random.Of(Responses) : FuzzMembers.Strange(random) },
            { "partnerReferenceNo", CallbackReference(random) },
            { "merchantId", random.Chance(92) ? TestSettings.MerchantId : random.Chance(50) ? "AGREE170725" : FuzzMembers.Strange(random) },
        };
        if (random.Chance(85))
            members.Add(
                random.Of(["kycMessage", "kysMessage"]),
                random.Chance(20) ? "" : Canary + (random.Chance(50) ? Digits(random, 2) : FuzzMembers.Strange(random)));
        if (random.Chance(5))
            members.Add("kycMessage", Canary);
        if (random.Chance(85))
            members.Add("phoneNo", Phone(random));
        if (random.Chance(10))
            members.Add((FuzzMembers.Quote(FuzzMembers.Strange(random)), random.Of(
                ["1", "null", "[]", "{\"a\":{\"b\":[1,2]}}", "\"" + Canary + "\""])));
        return members;
    }

    public static FuzzMembers Create(FuzzRandom random)
    {
        // Half of them have right values only, because one wrong value hides the effect of another.
        var isRight = random.Chance(50);
        var members = new FuzzMembers { { "phoneNo", isRight ? "08" + CanaryDigits + Digits(random, 3) : Phone(random) } };
        if (random.Chance(70))
            members.Add("partnerReferenceNo", isRight || random.Chance(90)
                ? $"fuzz-{random.Next(50_000):D8}"
                : random.Chance(50) ? new string('r', 8 + random.Next(60))
                : FuzzMembers.Strange(random));
        if (random.Chance(40))
            members.Add("redirectFinalUrl", isRight
                ? "https://shop.example/" + Canary
                : random.Chance(80) ? random.Of(Redirects)
                : "https://shop.example/" + FuzzMembers.Strange(random));
        if (random.Chance(40))
            members.Add(
                ("\"images\"", Part(random, isRight, [("\"ktp\"", Image(random, isRight)), ("\"selfie\"", Image(random, isRight))])));
        if (random.Chance(50))
        {
            members.Add(("\"personalData\"", Part(random, isRight,
            [
                ("\"kkNumber\"", FuzzMembers.Quote(
                    isRight || random.Chance(70) ? "317" + CanaryDigits + Digits(random, 4) : FuzzMembers.Strange(random) + CanaryDigits)),
                ("\"biologicalMotherName\"", FuzzMembers.Quote(
                    Canary + (isRight || random.Chance(70) ? " Aminah" : FuzzMembers.Strange(random)))),
                ("\"nationality\"", FuzzMembers.Quote(
                    random.Of<string>(isRight ? ["WNI", "WNA", "ID", "indonesia"] : ["WNI", "WNA", "XX", Canary]))),
                ("\"email\"", FuzzMembers.Quote(
                    isRight || random.Chance(70) ? Canary + "@email.com" : Canary + FuzzMembers.Strange(random))),
            ])));
        }

        return members;
    }

    private static string Digits(FuzzRandom random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    private static string CallbackReference(FuzzRandom random) => random.Next(10) switch
    {
        < 3 => $"known-reference-{random.Next(50):D2}",
        < 6 => $"ref-{random.Next(1_000_000_000):D10}",
        6 => new string('r', 120 + random.Next(12)),
        _ => FuzzMembers.Strange(random),
    };

    private static string Phone(FuzzRandom random) => random.Next(10) switch
    {
        < 6 => random.Of(["08", "8", "628", "+628", "00628"]) + CanaryDigits + Digits(random, 3),
        6 => "60" + CanaryDigits,
        7 => random.Of(["", " ", "+", "0", "62", "0062", "８１２", "+62 8"]) + CanaryDigits,
        8 => CanaryDigits + FuzzMembers.Strange(random),
        _ => "628" + CanaryDigits + new string('7', random.Next(9)),
    };

    private static string Image(FuzzRandom random, bool isRight)
    {
        var data = random.Next(isRight ? 6 : 10) switch
        {
            < 5 => "data:image/jpeg;base64," + Samples.JpegHead + Canary,
            5 => Samples.Png,
            6 =>
                random.Of(
                [
                    "data:image/jpeg;base64,", "data:image/png;base64,/9j/" + Canary, "/9j/" + Canary,
                    "data:image/gif;base64,R0lGODlh" + Canary, "DATA:image/jpg;base64," + Samples.JpegHead,
                ]),
            7 => "data:image/jpeg;base64,/9j/" + Canary + random.Of(["=", "==", "===", " ", "*", "_-", "A=B"]),
            8 => "data:image/jpeg;base64,/9j/" + new string('A', 4 * random.Next(1_000)),
            _ => "data:image/" + FuzzMembers.Strange(random),
        };
        return Part(random, isRight,
        [
            ("\"base64\"", FuzzMembers.Quote(data)),
            ("\"isEditable\"", random.Of<string>(isRight ? ["true", "false"] : ["true", "false", "null", "\"true\"", "1"])),
        ]);
    }

    private static string Part(FuzzRandom random, bool isRight, IReadOnlyList<(string, string)> all)
    {
        var part = new FuzzMembers();
        part.AddRange(all.Where(_ => isRight || random.Chance(80)));
        if (!isRight && random.Chance(20))
            part.Change(random);
        return part.ToString();
    }
}
