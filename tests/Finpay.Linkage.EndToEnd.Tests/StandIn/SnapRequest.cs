using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A widget request, signed as the contract says (section 3); every part can be made wrong by itself.</summary>
internal sealed record SnapRequest(string Token, DateTimeOffset Time)
{
    private const string WidgetPath = "/api/v1.0/upgrade-account-widget";

    public string Target { get; init; } = WidgetPath;

    public byte[] Body { get; init; } = WidgetBody.Bytes(WidgetBody.Full);

    public string Timestamp { get; init; } = At(Time);

    public string ExternalId { get; init; } = "41807553358950093184162180797837";

    public string Secret { get; init; } = SnapSamples.Secret;

    /// <summary>Changes the string before it is signed.</summary>
    public Func<string, string> Signed { get; init; } = right => right;

    /// <summary>Changes a header after signing; null leaves it out.</summary>
    public Func<string, string?> Replaced { get; init; } = right => right;

    public string ReplacedHeader { get; init; } = "";

    public byte[]? BodySent { get; init; }

    public static string At(DateTimeOffset time) =>
        time.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public SnapRequest For(string phone, string reference) => this with { Body = WidgetBody.Bytes(WidgetBody.Of(phone, reference)) };

    public SnapRequest With(string header, string? value) => With(header, _ => value);

    public SnapRequest With(string header, Func<string, string?> value) => this with { ReplacedHeader = header, Replaced = value };

    public IEnumerable<(string Name, string Value)> Headers()
    {
        var toSign = Signed($"POST:{Target}:{Token}:{Convert.ToHexStringLower(SHA256.HashData(Body))}:{Timestamp}");
        var signature = Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(toSign)));
        (string Name, string Value)[] right =
        [
            ("Authorization", $"Bearer {Token}"), ("X-TIMESTAMP", Timestamp), ("X-SIGNATURE", signature), ("ORIGIN", "shop.example"),
            ("X-EXTERNAL-ID", ExternalId), ("X-PARTNER-ID", "sandbox-partner"), ("CHANNEL-ID", "95221"),
        ];
        foreach (var (name, value) in right)
        {
            if ((name == ReplacedHeader ? Replaced(value) : value) is { } sent)
                yield return (name, sent);
        }
    }

    public HttpRequestMessage Build()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Target) { Content = new ByteArrayContent(BodySent ?? Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in Headers())
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));

        return message;
    }
}
