using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Bodies that are too long or too deep, on every route with POST, on a real socket. A new route fails the first test.
/// </summary>
public sealed class LargeAndDeepTests(KestrelHost server) : IClassFixture<KestrelHost>
{
    private const int Kilobyte = 1024;

    // The longest accepted body. A route that reads no body accepts any.
    private static readonly IReadOnlyDictionary<string, int?> Caps = new Dictionary<string, int?>(StringComparer.Ordinal)
    {
        ["/v1/account-upgrades"] = (2 * 4 * Kilobyte * Kilobyte / 3) + (64 * Kilobyte),
        ["/v1/account-upgrades/search"] = 4 * Kilobyte,
        ["/v1/account-upgrades/ask-again"] = 4 * Kilobyte,
        ["/v1/account-upgrades/{partnerReferenceNo}/ask-again"] = null,
        ["/v1/account-upgrades/{partnerReferenceNo}/redact"] = null,
        ["/v1/account-upgrades/{partnerReferenceNo}/browser-token"] = null,
        ["/v1/kyc-notifications/{id}/apply"] = 8 * Kilobyte,
        ["/v1/events/{id}/redeliver"] = null,
        ["/v1/events/redeliver"] = 4 * Kilobyte,
        ["/v1/events/test"] = 4 * Kilobyte,
        ["/callbacks/finnet/kyc"] = null,
        ["/callbacks/finnet/kyc/{token}"] = 64 * Kilobyte,
    };

    private readonly ApiHost host = server.Host;

    public static TheoryData<string> Routes => [.. Caps.Keys];

    [Fact]
    public void Every_Route_With_A_Body_Is_In_The_Table() => Assert.Equal(
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route =>
                route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Any(method => method is not ("GET" or "HEAD")) != false)
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/')).Order(StringComparer.Ordinal),
        Caps.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_Body_Up_To_Its_Cap_Is_Read_And_One_Byte_More_Is_Not(string route)
    {
        if (Caps[route] is not { } cap)
        {
            // The body is not read, so the answer is the same as without one.
            Assert.Equal(
                route.StartsWith("/v1", StringComparison.Ordinal) ? 404 : 401,
                (await SendAsync(route, new byte[Kilobyte * Kilobyte])).Status);
            return;
        }

        var fits = await SendAsync(route, Encoding.UTF8.GetBytes("{".PadRight(cap)));
        var tooLarge = await SendAsync(route, Encoding.UTF8.GetBytes("{".PadRight(cap + 1)));

        Assert.Equal((400, 413), (fits.Status, tooLarge.Status));
        Assert.Equal(route.StartsWith("/v1", StringComparison.Ordinal) ? "request-too-large" : "4130000", tooLarge.Problem
            ?? tooLarge["responseCode"]);
    }

    public static TheoryData<string, string> DeepBodies()
    {
        var data = new TheoryData<string, string>();
        foreach (var route in Caps.Keys.Where(route => Caps[route] is not null))
        {
            foreach (var kind in new[]
            {
                "arrays", "objects", "both", "unclosed", "behind a name", "in a name of ours", "comments", "commas",
            })
                data.Add(route, kind);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(DeepBodies))]
    public async Task Nesting_Is_A_Mistake_Of_The_Caller_However_Deep(string route, string kind)
    {
        foreach (var depth in new[] { 65, Math.Min(Caps[route]!.Value, 120_000) / 20 })
        {
            var text = kind switch
            {
                "arrays" => new string('[', depth) + new string(']', depth),
                "objects" => Repeat("{\"a\":", depth) + "1" + new string('}', depth),
                "both" => Repeat("[{\"a\":", depth) + "1" + Repeat("}]", depth),
                "unclosed" => "{\"a\":" + new string('[', depth),
                "behind a name" => "{\"planted\":" + new string('[', depth) + new string(']', depth) + "}",
                "in a name of ours" => "{\"phoneNo\":" + Repeat("{\"phoneNo\":", depth) + "1" + new string('}', depth + 1),
                "comments" => "{" + Repeat("/**/", depth) + "\"planted\":1,",
                _ => "{" + new string(',', depth) + "}",
            };

            var answer = await SendAsync(route, Encoding.UTF8.GetBytes(text));

            Assert.Equal(400, answer.Status);
            Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(host.Logs.Own, line => line.Level >= LogLevel.Error);
    }

    private Task<Answer> SendAsync(string route, byte[] body) => host.Ops.SendBytesAsync(
        HttpMethod.Post, route.Replace("{token}", TestSettings.PathToken, StringComparison.Ordinal)
            .Replace("{partnerReferenceNo}", "nobodys-reference", StringComparison.Ordinal), body);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
