using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A request for a B2B token, signed as the contract says (section 3); every part can be made wrong by itself.</summary>
internal sealed record TokenRequest(DateTimeOffset Time)
{
    public string? ClientKey { get; init; } = "client-one";

    public string SignedClient { get; init; } = "client-one";

    public string? Timestamp { get; init; } = SnapRequest.At(Time);

    public RSA Key { get; init; } = SnapSamples.Pair;

    public RSASignaturePadding Padding { get; init; } = RSASignaturePadding.Pkcs1;

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public char Separator { get; init; } = '|';

    public Func<string, string?> Signature { get; init; } = right => right;

    public string Body { get; init; } = """{"grantType":"client_credentials"}""";

    public string? ContentType { get; init; } = "application/json";

    public HttpRequestMessage Build()
    {
        var toSign = $"{SignedClient}{Separator}{Timestamp}";
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        content.Headers.ContentType = ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1.0/access-token/b2b") { Content = content };
        Add(message, "X-CLIENT-KEY", ClientKey);
        Add(message, "X-TIMESTAMP", Timestamp);
        Add(message, "X-SIGNATURE", Signature(Convert.ToBase64String(Key.SignData(Encoding.UTF8.GetBytes(toSign), Hash, Padding))));
        return message;
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        if (value is not null)
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));
    }
}
