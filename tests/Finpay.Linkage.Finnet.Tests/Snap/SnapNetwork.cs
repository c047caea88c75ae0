using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Snap;

internal sealed record SnapRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string this[string header] => Headers[header];

    public string Token => this["Authorization"]["Bearer ".Length..];
}

/// <summary>
/// Replaces Finnet's two services: issues numbered tokens, and answers the n-th widget request (from 1) as the test says.
/// </summary>
internal sealed class SnapNetwork(Func<int, Task<HttpResponseMessage>>? widget = null, Func<int, Task<HttpResponseMessage>>? token = null)
    : HttpMessageHandler
{
    public const string ClientId = "client-1";
    public const string ClientSecret = "secret-of-the-client";
    public const string TokenPath = "/v1.0/access-token/b2b";

    private readonly ConcurrentQueue<SnapRequest> tokens = new();
    private readonly ConcurrentQueue<SnapRequest> widgets = new();
    private int tokenCount;
    private int widgetCount;

    public SnapNetwork(Func<int, HttpResponseMessage> widget)
        : this(number => Task.FromResult(widget(number)))
    {
    }

    public IReadOnlyList<SnapRequest> TokenRequests => [.. tokens];

    public IReadOnlyList<SnapRequest> WidgetRequests => [.. widgets];

    public static HttpResponseMessage Token(int number, string expiresInJson = "\"900\"") => Answers.Json(
        $$"""
        {"responseCode":"2007300","responseMessage":"Successful",
        "accessToken":"token-{{number}}","tokenType":"Bearer","expiresIn":{{expiresInJson}}}
        """);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == TokenPath)
        {
            var number = Interlocked.Increment(ref tokenCount);
            tokens.Enqueue(await ReadAsync(request, cancellationToken));
            return await (token?.Invoke(number) ?? Task.FromResult(Token(number))).WaitAsync(cancellationToken);
        }

        widgets.Enqueue(await ReadAsync(request, cancellationToken));
        var count = Interlocked.Increment(ref widgetCount);
        return await (widget?.Invoke(count) ?? Task.FromResult(Answers.Sample())).WaitAsync(cancellationToken);
    }

    /// <summary>The expected HMAC of a request, computed without the library.</summary>
    public static string ExpectedSignature(SnapRequest request)
    {
        var hash = Convert.ToHexString(SHA256.HashData(request.Body)).ToLowerInvariant();
        var text = string.Join(':', "POST", request.Path, request.Token, hash, request["X-TIMESTAMP"]);
        using var hmac = new HMACSHA512(Encoding.UTF8.GetBytes(ClientSecret));
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
    }

    private static async Task<SnapRequest> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var headers = request.Headers.Concat(request.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new SnapRequest(request.RequestUri!.PathAndQuery, headers, body);
    }
}
