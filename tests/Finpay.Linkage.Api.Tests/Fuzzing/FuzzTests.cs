using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>
/// Bodies that nobody would think of: never a 5xx, never an exception that nobody handles, nothing personal in a
/// problem or in the log, and every acknowledged callback kept once. A failure prints seed and body; LINKAGE_TEST_SEED
/// plays the same cases again, LINKAGE_TEST_FULL=1 a million of them.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed partial class FuzzTests(ITestOutputHelper output)
{
    private static readonly string[] ProblemTypes = [.. ProblemKind.All.Select(kind => kind.Type)];

    [Fact]
    public async Task Callbacks()
    {
        using var finnet = new AnyFinnet();
        await using var host = Host(finnet);
        for (var number = 0; number < 50; number++)
            Assert.Equal(201, (await host.CreateAsync($"known-reference-{number:D2}")).Status);
        using var client = host.Anonymous;
        using var run = new FuzzRun(host, Effort.Of(3_000, 20_000, 1_000_000), output);

        await run.PlayAsync(number => FuzzCase.Make(run.Seed, number, FuzzCase.Callback), async one =>
        {
            var random = new FuzzRandom(~run.Seed, one.Number);
            var isAuthentic = !random.Chance(5);
            var token = isAuthentic ? TestSettings.PathToken : random.Chance(50) ? null : TestSettings.PathToken[..^1];
            var (status, type, text) = await SendAsync(
                client, Calls.CallbackPath(token), one, random.Chance(10) ? FuzzMembers.Strange(random) : null);
            run.Count(status.ToString(CultureInfo.InvariantCulture));
            // Of these the bytes are kept.
            if (isAuthentic && status is 200 or 400 or 404 or 415)
                run.Bodies[one.Number] = FuzzRun.Hash(one.Body);
            return WrongEnvelope(status, type, text)
                ?? (isAuthentic == status is 401 or 429 ? $"{status}, authentic: {isAuthentic}" : null);
        });

        long Stored(string what, string where) =>
            host.Query<long>($"SELECT {what} FROM notifications WHERE disposition {where} 'invalid'")[0];
        Assert.Equal(run.Answered(answer => answer == "200"), Stored("sum(deliveries)", "<>"));
        Assert.Equal(run.Answered(answer => answer is "400" or "404" or "415"), Stored("sum(deliveries)", "="));
        Assert.Equal(run.Bodies.Count(hash => hash != 0), Stored("sum(deliveries)", "<>") + Stored("sum(deliveries)", "="));
        AssertKept(host, run);
        Assert.True(
            run.Answered(answer => answer == "200") > run.Answered(_ => true) / 4,
            "Most bodies must be read to the end: else nothing is tried behind the reader.");
    }

    [Fact]
    public async Task Creates()
    {
        using var finnet = new AnyFinnet();
        await using var host = Host(finnet);
        using var client = host.Merchant;
        using var run = new FuzzRun(host, Effort.Of(1_500, 8_000, 100_000), output);

        await run.PlayAsync(number => FuzzCase.Make(run.Seed, number, FuzzCase.Create), async one =>
        {
            var (status, type, text) = await SendAsync(client, "/v1/account-upgrades", one, externalId: null);
            var answer = Parse(text);
            run.Count(status < 300 ? status.ToString(CultureInfo.InvariantCulture) : $"{status} {answer?.Kind}");
            // Whatever else is answered is about a record.
            if (status is not (400 or 413 or 415) && answer?.Reference is { } reference)
                run.Bodies[one.Number] = FuzzRun.Hash(Encoding.UTF8.GetBytes(reference));
            return WrongAnswer(status, type, text, answer);
        });

        Assert.Empty(finnet.Wrong);
        Assert.Equal(run.Bodies.Where(hash => hash != 0).Distinct().Count(), host.Query<long>("SELECT count(*) FROM upgrades")[0]);
        Assert.Equal(
            run.Answered(answer => answer == "201"),
            host.Query<long>("SELECT count(*) FROM upgrade_history WHERE response_code = '2000000'")[0]);
        Assert.True(
            run.Answered(answer => answer == "201") > run.Answered(_ => true) / 20,
            "Enough must reach Finnet: else nothing is tried behind the validator.");
    }

    private static ApiHost Host(AnyFinnet finnet) => ApiHost.With(("Images:MaxBytes", "2048"), ("Notifications:MaxBodyBytes", "65536"))
        .Replacing(services => services.AddHttpClient(nameof(FinnetClient)).ConfigurePrimaryHttpMessageHandler(() => finnet));

    private static async Task<(int Status, string? Type, string Text)> SendAsync(
        HttpClient client, string path, FuzzCase one, string? externalId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(one.Body) };
        if (one.ContentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", one.ContentType);
        if (externalId is not null)
            request.Headers.TryAddWithoutValidation("X-EXTERNAL-ID", externalId);
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    private static string? WrongEnvelope(int status, string? type, string text)
    {
        if (status is not (200 or 400 or 401 or 404 or 413 or 415 or 429) || type != "application/json" || FuzzRun.HasCanary(text))
            return $"{status} {type} {text}";
        using var json = JsonDocument.Parse(text);
        var members = json.RootElement.EnumerateObject().ToList();
        return members.Count == 2 && members[0].Name == "responseCode" && members[1].Name == "responseMessage"
            && EnvelopeCode().IsMatch(members[0].Value.GetString()!)
            && members[0].Value.GetString()!.StartsWith(status.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            && members[1].Value.GetString() is { Length: > 0 and <= 150 } ? null : $"{status} {text}";
    }

    private static string? WrongAnswer(int status, string? type, string text, CreateAnswer? answer)
    {
        var isRight = status is 200 or 201
            ? type == "application/json" && answer is { Reference: not null, Status: not null }
            : status is 400 or 409 or 413 or 415 && type == "application/problem+json" && ProblemTypes.Contains(answer?.Type);
        // The reference is the caller's own, and a change may have put anything in its place that is a reference.
        return isRight
            && !FuzzRun.HasCanary(answer!.Reference is { } reference ? text.Replace(reference, "", StringComparison.Ordinal) : text)
            ? null
            : $"{status} {type} {text}";
    }

    private static CreateAnswer? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return new CreateAnswer(Text("type"), Text("partnerReferenceNo"), Text("status"));

            string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Each row holds bytes that were sent, and those that are no notification one row for each body.</summary>
    private static void AssertKept(ApiHost host, FuzzRun run)
    {
        var sent = run.Bodies.Where(hash => hash != 0).ToHashSet();
        var cipher = host.Services.GetRequiredService<ColumnCipher>();
        var rows = host.Query<(string Id, byte[] Raw)>("SELECT id, raw FROM notifications WHERE raw IS NOT NULL ORDER BY id LIMIT 20000");
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(FuzzRun.Hash(cipher.Decrypt(row.Raw, "notifications.raw", row.Id)), sent));
        Assert.True(host.Query<long>("SELECT count(*) FROM notifications")[0] <= sent.Count);
    }

    [GeneratedRegex("^[0-9]{3}00[0-9]{2}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnvelopeCode();

    private sealed record CreateAnswer(string? Type, string? Reference, string? Status)
    {
        public string? Kind => Type?.Split(':')[^1];
    }

    /// <summary>
    /// Stands where Finnet would be and answers anything that is no fault of its own; it is strict about what it is sent.
    /// </summary>
    private sealed partial class AnyFinnet : HttpMessageHandler
    {
        private static readonly string[] Codes = ["2020000", "2000001", "2000002", "4090001"];
        private long asked;

        public System.Collections.Concurrent.ConcurrentQueue<string> Wrong { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var json = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            var root = json.RootElement;
            if (!Phone().IsMatch(root.GetProperty("phoneNo").GetString()!)
                || !Reference().IsMatch(root.GetProperty("partnerReferenceNo").GetString()!)
                || (root.TryGetProperty("redirectFinalUrl", out var url) && !Url().IsMatch(url.GetString()!))
                || (root.TryGetProperty("personalData", out var personal) && personal.TryGetProperty("nationality", out var nationality)
                    && nationality.GetString() is not ("WNI" or "WNA")))
                Wrong.Enqueue(root.GetRawText());
            var number = Interlocked.Increment(ref asked);
            var code = number <= 50 || number % 8 != 0 ? "2000000" : Codes[number / 8 % Codes.Length];
            var body = code == "2000000"
                ? """{"responseCode":"2000000","responseMessage":"ok","wid"""
                + """getUrl":"https://demos.finnet.co.id/widget?uuid=1","expiryTime":"2027-01-01 00:00:00"}"""
                : FinnetStub.Body(code);
            return new HttpResponseMessage((HttpStatusCode)int.Parse(code.AsSpan(0, 3), CultureInfo.InvariantCulture))
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
        }

        [GeneratedRegex("^628[0-9]{7,12}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Phone();

        [GeneratedRegex("^[A-Za-z0-9._-]{10,64}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Reference();

        [GeneratedRegex(
            @"^https?://[!#-;=?-\[\]_a-z~]+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Url();
    }
}
