namespace Finpay.Linkage.Api.Tests.Secrets;

/// <summary>A value that looks like a secret but is not one.</summary>
/// <param name="File">The only file that may hold it; * for every file.</param>
/// <param name="Reason">Why it is not a secret.</param>
/// <param name="Beginnings">The first characters of such values.</param>
internal sealed record AllowedValues(string File, string Reason, params string[] Beginnings)
{
    public static readonly IReadOnlyList<AllowedValues> All =
    [
        new("*", "the first bytes of a picture", "/9j/4AAQSkZJRgABAQ", "iVBORw0KGgoAAAANSUhEU"),
        new("*", "digits in order", "12345678901234567890123456789012345", "0123456789abcdef0123456789abcdef"),
        new(
            "*", "the documentation's sample of a field, encrypted by its sample key; and one that does not decrypt",
            "1jdzWuniG6UMtoa3T6uN", "sha512-1jdzWuniG6UMtoa3T6uN", "Z0gKf5KKPvvrPpe2BjtBJw"),
        new("*", "an id of an event", "evt_0192"),
        new("tests/Finpay.Linkage.Api.Tests/Events/EventReceiver.cs", "made up secrets: «planted-for-tests-only»",
            "whsec_cGxhbnRlZC1mb3It"),
        new("*", "the name of a setting", "MaxBytesInFlightPerKey"),
        new("*", "SNAP's sample of X-EXTERNAL-ID: an id", "41807553358950093184162180797837"),
        new("*", "W3C's sample of a trace id", "00-0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"),
        new(
            ".ci/image", "keys of a container that lives for seconds; the documentation's sample key", "sandbox-password",
            "1234567890123456", "image-key"),
        new("compose.yaml", "a demonstration on loopback, and says so",
            "demo-password", "sandbox-password", "1234567890123456", "Zm9yLXRoZS1kZW1vbnN0cmF0aW9uLW9ubHkt",
            "c48a01f49fd0f2cc404bc3cbbc80e914"),
        new("src/Finpay.Linkage.Finnet/Model/ImageDataUri.cs", "the name of a method", "GetMaxEncodedToUtf8Length"),
        new(
            "src/Finpay.Linkage.Finnet/README.md", "settings of the sandbox, and what stands where one's own go", "sandbox-password",
            "1234567890123456", "issued-by-finnet", "16-ascii-charact"),
        new("src/Finpay.Linkage.Tool/Check/SecretChecks.cs", "the keys of compose.yaml, which the check refuses",
            "Zm9yLXRoZS1kZW1vbnN0cmF0aW9uLW9ubHkt"),
        new("docs/frontend.md", "the name of a variable", "process.env.LINKAGE_KEY"),
        new("docs/finnet-contract.md", "the sample of a field, encrypted in two wrong ways", "yXVUkR45PFz0Ufpb", "QEwd/DWmy/4yGncC"),
        new(
            "tests/Finpay.Linkage.Api.Tests/Fuzzing/FuzzRandom.cs", "the constants of SplitMix64", "0x9E3779B97F4A7C15",
            "0xBF58476D1CE4E5B9"),
        new("tests/Finpay.Linkage.Api.Tests/BadInput/RefusalTests.cs", "an id in a path", "/v1/kyc-notifications/0192e6c5-1a2b"),
        new("tests/Finpay.Linkage.Api.Tests/Browser/linkage.test.mjs", "a made up token", "the-token"),
        new("tests/Finpay.Linkage.Api.Tests/Tool/SettingChecksTests.cs", "SHA-256 of a made up key", "9f86d081884c7d65"),
        new("tests/Finpay.Linkage.EndToEnd.Tests/StandIn/SnapSamples.cs", "a made up client id", "0c7a52a6e0f94e3d8f0d5b1a9c3e7f12"),
        new("tests/Finpay.Linkage.Finnet.Tests/Values/NistVectorTests.cs", "NIST SP 800-38A: published vectors",
            "2b7e151628aed2a6", "000102030405060708090a0b0c0d0e0f", "6bc1bee22e409f96", "ae2d8a571e03ac9c", "30c81c46a35ce411",
            "f69f2445df4f9b17", "7649abac8119b246",
            "5086cb9b507219ee", "73bed6b8e3c1743b", "3ff1caa1681fac09", "8cb82807230e1321"),
        new(
            "tests/Finpay.Linkage.Finnet.Tests/Values/FieldCipherTests.cs",
            "golden vectors by the sample key, with the command that remakes them",
            "yXVUkR45PFz0Ufpb", "QEwd/DWmy/4yGncC", "BsV8no6a9yLYUT6r", "gVsuOE5HN33iGGqH", "2LWYSMdnDJSym1TS", "VhLGraYMj5TwItpT",
            "cmKSStxtUTjADzmk", "Nn9CFFuC+/O84cV1",
            "VYJ491c8BamJHGRt", "IyMLRUrNBq4bS2T8", "bwwZRQy+U81Dvip/", "flQe0gbUG+ZQEPj9", "l9CJ7fWTGpCHNotF", "a6KsgwzFaetjORva"),
        new("tests/Finpay.Linkage.Api.Tests/Events/WebhookSignatureTests.cs", "the vector of Standard Webhooks",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8I", "WHSEC_MfKQ9r8GKYqrTwjUPD8I",
            "msg_p5jXN8AQM9LWM0D4", "g0hM9SsE+OTPJTGt"),
        new("tests/Finpay.Linkage.Finnet.Tests/Client/RequestTests.cs", "a field encrypted by the sample key", "a6KsgwzFaetjORva"),
        new(
            "tests/Finpay.Linkage.Finnet.Tests/Wire/GoldenRequestTests.cs", "fields encrypted by the sample key", "1uTjxn5BcqFL3ON7",
            "l9CJ7fWTGpCHNotF"),
        new(
            "tests/Finpay.Linkage.Finnet.Tests/Wire/SampleTests.cs", "SHA-256 of Finnet's published samples", "4E2BED86EC75A9D4",
            "0EC34C780036FA84", "E39A485F891E7306", "4BA5FC853F908F78"),
        new(
            "tests/Finpay.Linkage.Finnet.Tests/Snap/SnapSignerTests.cs", "golden signature and hash of made up values", "6a2d9faa04960253",
            "LIBWjv/NVFFNJTTr"),
        new("tests/Finpay.Linkage.Finnet.Tests/Snap/SnapVerifierTests.cs", "a public key and a signature that it fits to",
            "6a2d9faa04960253", "MIIBIjANBgkqhkiG", "EvRbqmfWMhLinqVK", "GFECg4veI6raccHb", "sqiGLnNTkg9QMaqf", "guTmueqdV74yOSlo",
            "yLg4yLKW5fGZ2UeA", "XSBdZc85k7OgoKDm", "LzRqhcihNH6eky+j", "qPDsKkApD8CMHHem", "ogZuMzX3odVxyHjV"),
    ];

    public bool Covers(FoundSecret found) =>
        (File == "*" || File == found.File) && Beginnings.Any(beginning => found.Value.StartsWith(beginning, StringComparison.Ordinal));
}
