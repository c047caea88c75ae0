using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Operations;
using Finpay.Linkage.Api.Tests.Tool;
using Finpay.Linkage.Tool;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>
/// Planted values, with all log levels on, in success and in every failure: in no form do they occur in log, exceptions, problems,
/// metrics or spans, nor in the database or its write-ahead log.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed class CanaryTests(ITestOutputHelper output) : IDisposable
{
    private const string BreakSqlite = """
        CREATE TRIGGER full_upgrades BEFORE INSERT ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END;
        CREATE TRIGGER full_changes BEFORE UPDATE ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END;
        CREATE TRIGGER full_inbox BEFORE INSERT ON notifications BEGIN SELECT RAISE(ABORT, 'planned'); END
        """;

    private const string BreakPostgres = """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''planned''; END';
        CREATE TRIGGER full_upgrades BEFORE INSERT OR UPDATE ON upgrades FOR EACH ROW EXECUTE FUNCTION fail();
        CREATE TRIGGER full_inbox BEFORE INSERT ON notifications FOR EACH ROW EXECUTE FUNCTION fail()
        """;

    private static readonly string[] CallbackCodes =
    [
        "2000000", "4000000", "4000001", "4000002", "4010000", "4040000", "4040008", "4050000", "4080000", "4130000", "4150000", "4290000",
        "4310000", "5000000",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linkage-canary-");
    private readonly RSA key = RSA.Create(2048);
    private readonly EventReceiver receiver = new();
    private readonly Collector collector = new();

    public void Dispose()
    {
        key.Dispose();
        receiver.Dispose();
        collector.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Nothing_Planted_Is_Logged_Traced_Repeated_Or_Stored_In_Clear_On_Sqlite(string environment)
    {
        using var places = new Places();
        await using var host = Loud(("environment", environment));
        var flow = new CanaryFlow(host, host.ExecuteSql, BreakSqlite);
        var answers = await flow.RunAsync();
        string[][] commands =
        [
            ["backup", Path.Combine(host.DataFolder, "copy.db")], ["redactions", Path.Combine(host.DataFolder, "list.txt")], ["reencrypt"],
        ];
        foreach (var command in commands)
            await ToolProgram.RunAsync([.. command, .. ToolRun.Settings(host)], Stream.Null, Console.Out, Console.Error);

        await CheckAsync(
            host, places, flow.Tokens, answers,
            Directory.GetFiles(host.DataFolder).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)));
    }

    [PostgresFact]
    public async Task Nothing_Planted_Is_Logged_Traced_Repeated_Or_Stored_In_Clear_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        using var places = new Places();
        await using var host = Loud(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString))
            .Followed(database);
        var flow = new CanaryFlow(host, sql => database.Execute(sql), BreakPostgres);
        var answers = await flow.RunAsync();
        database.Execute("CHECKPOINT;");

        await CheckAsync(host, places, flow.Tokens, answers, [.. database.TableFiles, .. database.Logs]);
    }

    /// <summary>The positive twin: every form of every planted value is found.</summary>
    [Fact]
    public void Every_Form_Of_Every_Value_Is_Found()
    {
        var values = Canary.Personal.Concat(Canary.Secrets).ToList();
        var canary = new Canary(values);

        foreach (var form in values.SelectMany(Canary.FormsOf))
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => canary.AssertAbsent($"before{form.ToLowerInvariant()}after", "text"));
        canary.AssertAbsent("before, between and after", "text");
    }

    private async Task CheckAsync(
        ApiHost host, Places places, IEnumerable<string> tokens, IReadOnlyList<Answer> answers, IEnumerable<string> files)
    {
        var stored = files.Select(Read).ToList();
        var sent = host.Finnet.Sent.Select(request => request.Json).Where(json => json.TryGetProperty("merchantPass", out _)).ToList();
        // Only sources that are logged; the log shows that the others write nothing.
        var exceptions = string.Join(
            '\n', host.Logs.Lines.Where(line => !LinkageLogging.IsDropped(line.Category)).Select(line => line.Exception?.ToString()));
        var own = string.Join('\n', host.Logs.Own.Select(line => line.Message));
        var scraped = (await host.Ops.GetAnswerAsync("/metrics")).Text;
        await host.DisposeAsync();

        // First the values that may be there, to show that the search works.
        Assert.Contains(Calls.Reference, places.Log, StringComparison.Ordinal);
        Assert.Contains("/callbacks/finnet/kyc/{token}", places.Log, StringComparison.Ordinal);
        Assert.Contains("Retention failed", own, StringComparison.Ordinal);
        Assert.Contains("planned", exceptions, StringComparison.Ordinal);
        Assert.Contains(
            stored,
            file => file.Contains(Calls.Reference, StringComparison.Ordinal) && file.Contains("KYC Rejected", StringComparison.Ordinal));
        Assert.Contains(receiver.All, message =>
            message.Json.GetProperty("data").TryGetProperty("kycMessage", out var words) && words.GetString() == Canary.KycMessage);
        Assert.Contains("linkage.events.attempts", places.Metrics, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", places.Metrics, StringComparison.Ordinal);
        Assert.Contains("| POST /callbacks/finnet/kyc/{token} | Server", places.Traces, StringComparison.Ordinal);
        Assert.Contains(
            "http.route=/v1/account-upgrades/{partnerReferenceNo} http.response.status_code=200", places.Traces, StringComparison.Ordinal);
        Assert.Contains(
            "http.route=/browser/v1/account-upgrade/events http.response.status_code=200", places.Traces, StringComparison.Ordinal);
        foreach (var (arrived, value) in new[]
        {
            (collector.Traces, "POST /callbacks/finnet/kyc/{token}"), (collector.Traces, "event attempt"),
            (collector.Traces, "GET /browser/v1/account-upgrade/events"), (collector.Metrics, "linkage.callbacks.refused"),
            (collector.Logs, "Retention failed"), (collector.Logs, "planned"), (scraped, "linkage_events_attempts_total"),
        })
            Assert.Contains(value, arrived, StringComparison.Ordinal);
        Assert.Contains("url.scheme=http", places.Traces, StringComparison.Ordinal);
        Assert.Contains(answers, answer => answer.Text.Contains(Canary.WidgetId, StringComparison.Ordinal));
        Assert.All(sent, request => Assert.Equal(Canary.SentPhone, request.GetProperty("phoneNo").GetString()));
        var texts = answers.Select(answer => answer.Text).ToList();
        Assert.Equal(
            ProblemKind.All.Select(kind => kind.Slug).Order(StringComparer.Ordinal), Found(texts, ProblemKind.TypePrefix + "([a-z-]+)"));
        Assert.Equal(CallbackCodes, Found(texts, "^\\{\"responseCode\":\"([0-9]{7})\""));

        // Finnet's encryption has a fixed IV, so its ciphertexts identify a person as well as the plaintexts.
        var ciphertexts = sent.SelectMany(EncryptedForFinnet).Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal(3, ciphertexts.Count);
        var secrets = new Canary([.. Canary.Secrets, .. ciphertexts, key.ExportPkcs8PrivateKeyPem().Split('\n')[8]]);
        var everything = new Canary([.. Canary.Personal, .. Canary.Secrets, .. ciphertexts, key.ExportPkcs8PrivateKeyPem().Split('\n')[8]]);
        var inside = new Canary(
            [
                .. Canary.Personal, .. Canary.Secrets, .. ciphertexts, key.ExportPkcs8PrivateKeyPem().Split('\n')[8], Canary.WordsOfFinnet,
                .. tokens,
            ]);
        inside.AssertAbsent(places.Log, "log");
        inside.AssertAbsent(own, "service's own lines");
        inside.AssertAbsent(exceptions, "exceptions");
        inside.AssertAbsent(places.Metrics, "metrics");
        inside.AssertAbsent(places.Traces, "spans");
        inside.AssertAbsent(collector.All, "collector");
        inside.AssertAbsent(scraped, "scrape");
        stored.ForEach(file => inside.AssertAbsent(file, "database"));
        foreach (var answer in answers)
        {
            var whole = $"{string.Join('\n', answer.Headers)}\n{answer.Text}";
            (answer.Status >= 400 ? everything : secrets).AssertAbsent(whole, $"answer {answer.Status}");
        }

        output.WriteLine(
            $"{inside.Values} values in {inside.Forms} forms, {answers.Count} calls with "
                + $"{answers.Select(answer => answer.Status).Distinct().Count()} statuses, {host.Logs.Lines.Count} log lines before the "
                + "filter, "
                + $"{places.Log.Length} characters of log, {places.Traces.Count(character => character == '\n')} spans, {stored.Count} "
                + $"files with {stored.Sum(file => (long)file.Length)} bytes");
    }

    private ApiHost Loud(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var privateKey = Path.Combine(folder.FullName, "private.pem");
        var publicKey = Path.Combine(folder.FullName, "public.pem");
        File.WriteAllText(privateKey, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(publicKey, key.ExportSubjectPublicKeyInfoPem());
        // The receiver repeats what it was sent.
        receiver.Answers = (message, _) => Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError)
        {
            Content = new ByteArrayContent(message.Body),
            ReasonPhrase = Canary.KycMessage,
        });
        return receiver.Configured(ApiHost.With(
        [
            .. EventReceiver.Settings("shop"),
            ("Finnet:Authentication", "SnapB2B"), ("Finnet:Snap:ClientId", "client-1"), ("Finnet:Snap:ClientSecret", Canary.ClientSecret),
            ("Finnet:Snap:PrivateKeyPath", privateKey),
            ("Finnet:Snap:PartnerId", "PARTNER-1"), ("Finnet:Snap:ChannelId", "95051"), ("Finnet:Snap:Origin", "shop.example"),
            ("Notifications:PathTokens:1", Canary.SecondToken), ("Notifications:Observe:0", "SnapSignature"),
            ("Notifications:Snap:PublicKeyPath", publicKey),
            // Twice that as a burst: more than the sequential calls need, less than the parallel ones.
            ("RateLimits:RequestsPerSecond", "100"),
            // Room for one largest body only.
            ("Images:MaxBytesInFlight", "2861738"),
            ("Browser:MaxStreamsPerUpgrade", "1"),
            ("Telemetry:Prometheus", "true"),
            .. collector.Settings,
            ("Serilog:MinimumLevel:Default", "Verbose"), ("Serilog:MinimumLevel:Override:Microsoft", "Verbose"),
            ("Serilog:MinimumLevel:Override:System", "Verbose"),
            ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Hosting.Diagnostics", "Verbose"),
            ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Routing", "Verbose"),
            ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Server.Kestrel", "Verbose"), ("Logging:LogLevel:Default", "Trace"),
            .. changes,
        ])).Listening();
    }

    private static IEnumerable<string> EncryptedForFinnet(JsonElement request)
    {
        yield return request.GetProperty("merchantPass").GetString()!;
        yield return request.GetProperty("personalData").GetProperty("kkNumber").GetString()!;
        yield return request.GetProperty("personalData").GetProperty("biologicalMotherName").GetString()!;
    }

    private static IEnumerable<string> Found(IEnumerable<string> texts, string pattern) => texts
        .SelectMany(text => Regex.Matches(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value))
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>The output of the process until it is disposed.</summary>
    private sealed class Places : IDisposable
    {
        private readonly ConsoleCapture console = new();
        private readonly MeterCapture meters = new();
        private readonly TraceCapture spans = new();

        public string Log => console.Output + console.Error;

        public string Metrics => meters.Text;

        // Not the calls of this test: the service's own to Finnet have no such spans (FinnetClientTests).
        public string Traces =>
            string.Join('\n', spans.Text.Split('\n').Where(span => !span.StartsWith("System.Net.Http |", StringComparison.Ordinal)));

        public void Dispose()
        {
            spans.Dispose();
            meters.Dispose();
            console.Dispose();
        }
    }
}
