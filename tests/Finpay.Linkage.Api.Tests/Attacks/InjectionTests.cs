using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>Injection of SQL, log lines, terminal commands and templates at every text input: it stays text or is refused.</summary>
public sealed class InjectionTests(InjectionTests.Observing server) : IClassFixture<InjectionTests.Observing>
{
    public const string ForgedLine = "12:00:00 INF planted";
    public const string ForgedJson = "{\"Timestamp\":\"2026-11-21T08:00:00Z\",\"Level\":\"Information\",\"planted\":1}";

    public static readonly IReadOnlyList<string> Payloads =
    [
        "planted'; DROP TABLE upgrades; --",
        "planted'; UPDATE upgrades SET status = 'approved'; --",
        "planted' OR '1'='1",
        "planted' UNION SELECT owner FROM upgrades --",
        "planted\" OR \"\"=\"",
        "planted%' OR 1=1 --",
        "planted'||(SELECT group_concat(owner) FROM upgrades)||'",
        "planted'; ATTACH DATABASE '/tmp/planted.db' AS planted; --",
        "planted@partnerReferenceNo $1 :id",
        "planted\r\n" + ForgedLine,
        "planted\n" + ForgedJson,
        "planted\u0085" + ForgedLine,
        "planted\u2028" + ForgedLine + "\u2029",
        "\u001b[2J\u001b[31mplanted",
        "\u009b31mplanted\u0007",
        "planted\b\b\b\b\u007f",
        "planted\u202Edetnalp\u2066",
        "planted\0planted",
        "planted {0} {1} {PartnerReferenceNo} {@Exception} {{",
        "planted %s%n%x ${jndi:ldap://planted.example/a} #{7*7} <%= 7*7 %>",
        "<script>alert('planted')</script>",
        "planted\\u000a\\n\\r\\0",
        "planted\uFEFF\u200B\uFFFF",
    ];

    private readonly ApiHost host = server.Host;

    public static TheoryData<string> Inputs => [.. StringInputs.Harmless.Keys];

    [Fact]
    public async Task Every_Place_Where_A_Text_Comes_In_Is_In_The_Table() =>
        Assert.Equal(
            (await StringInputs.FindAsync(host)).Order(StringComparer.Ordinal), StringInputs.Harmless.Keys.Order(StringComparer.Ordinal));

    [PostgresFact]
    public async Task So_It_Is_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        database.SetClock(ManualClock.Start);
        using var other = new Observing(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString));
        await other.InitializeAsync();
        foreach (var input in StringInputs.Harmless.Keys)
        {
            await other.ReadyAsync(input);
            Assert.InRange((await StringInputs.SendAsync(other.Host, input, other.Harmless(input)))!.Status, 200, 299);
            foreach (var payload in Payloads)
            {
                if (input.StartsWith("create", StringComparison.Ordinal))
                    other.Host.Finnet.Issues();
                var answer = await StringInputs.SendAsync(other.Host, input, payload);
                Assert.True(
                    answer is null || answer.Status < 500,
                    $"{input}: {JsonSerializer.Serialize(payload)} → {answer?.Status} {answer?.Text}");
            }
        }

        Assert.DoesNotContain(other.Host.Logs.Own, line => line.Level >= LogLevel.Error);
        await other.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task A_Text_Is_Text_Wherever_It_Comes_In(string input)
    {
        await server.ReadyAsync(input);
        Assert.InRange((await StringInputs.SendAsync(host, input, server.Harmless(input)))!.Status, 200, 299);
        var (schema, others) = (Schema(), Others());

        foreach (var payload in Payloads)
        {
            host.Logs.Forget();
            if (input.StartsWith("create", StringComparison.Ordinal))
                host.Finnet.Issues();
            if (await StringInputs.SendAsync(host, input, payload) is not { } answer)
                continue;

            Assert.True(answer.Status < 500, $"{JsonSerializer.Serialize(payload)} → {answer.Status} {answer.Text}");
            if (answer.Status >= 400)
                Assert.DoesNotContain("planted", answer.Text, StringComparison.OrdinalIgnoreCase);
            if (answer.Status < 300)
                AssertKeptAsItCame(input, payload, answer);
            Assert.Equal(schema, Schema());
            foreach (var line in host.Logs.Own)
            {
                Assert.All(
                    line.Message,
                    character => Assert.True(character is (>= ' ' and <= '~') or '→', $"U+{(int)character:X4} in {line.Message}"));
                Assert.True(line.Level < LogLevel.Error, line.Message);
                if (input != "callback partnerReferenceNo")
                    Assert.DoesNotContain("planted", line.Message, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.Equal(others, Others());
    }

    private void AssertKeptAsItCame(string input, string payload, Answer answer)
    {
        switch (input)
        {
            case "callback kycMessage" or "callback kysMessage":
                Assert.Contains(payload, server.Messages());
                break;
            case "callback kycResponse":
                // Unknown words are nowhere but in the encrypted body, and no word is in clear that came otherwise.
                Assert.Equal(0, Count("kyc_response", payload));
                Assert.Contains(
                    host.Clear("notifications", "raw", "id", reference: StringInputs.Harmless["callback partnerReferenceNo"]),
                    raw => KycNotificationReader.Read(Encoding.UTF8.GetBytes(raw!)).KycResponse == payload);
                break;
            case "callback partnerReferenceNo":
                Assert.Equal(1, Count("partner_reference_no", payload));
                break;
            case "header X-EXTERNAL-ID":
                Assert.Contains(
                    host.Query<string>("SELECT evidence FROM notifications"),
                    evidence => JsonDocument.Parse(evidence).RootElement.TryGetProperty("xExternalId", out _));
                break;
            case "create personalData.email":
                Assert.Equal(payload, host.Finnet.Sent[^1].Json.GetProperty("personalData").GetProperty("email").GetString());
                break;
        }

        if (input.StartsWith("query", StringComparison.Ordinal))
            Assert.All(
                answer.Items, item => Assert.Equal(payload.Replace('\0', '\u2400'), item.GetProperty("partnerReferenceNo").GetString()));
    }

    private long Count(string column, string value) =>
        host.Query<long>($"SELECT count(*) FROM notifications WHERE {column} = @value", new { value = value.Replace('\0', '\u2400') })[0];

    private string Schema() =>
        string.Join('\n', host.Query<string>("SELECT name || sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"));

    // The records that existed before must not change.
    private string Others() => string.Join('\n', host.Query<string>(
        "SELECT partner_reference_no || owner || status || version FROM upgrades WHERE owner = 'other-shop' ORDER BY 1"));

    /// <summary>A service that reads every header of a callback, behind a trusted proxy.</summary>
    public sealed class Observing : IAsyncLifetime, IDisposable
    {
        private readonly FinnetKeys keys = new();
        private readonly EventReceiver events = new();
        private string notification = "";
        private string told = "";
        private string cursor = "";
        private int redacted;
        private int asked;
        private int applied;

        public Observing()
            : this([])
        {
        }

        internal Observing(params ReadOnlySpan<(string Key, string? Value)> changes)
        {
            Host = events.Configured(ApiHost.With([
                .. EventReceiver.Settings("shop"),
                ("Notifications:Observe:0", "SnapSignature"),
                ("Notifications:Snap:PublicKeyPath", keys.CurrentPath),
                ("RateLimits:FailedCallbacksPerMinute", "0"),
                ("ForwardedHeaders:KnownProxies:0", "10.0.0.1"),
                .. changes]));
            Host.RemoteAddress = System.Net.IPAddress.Parse("10.0.0.1");
        }

        public ApiHost Host { get; }

        public async Task InitializeAsync()
        {
            Host.Finnet.Issues().Issues().Issues();
            await Host.CreateAsync();
            foreach (var number in new[] { 1, 2 })
                await Host.Other.CreateAsync($$"""{"partnerReferenceNo":"other-reference-{{number}}","phoneNo":"{{Calls.Phone}}"}""");
            await Host.NotifyAsync("KYC Approved", "harmless-reference");
            await Host.NotifyAsync("KYC Approved", "harmless-reference-2");
            notification = (await Host.NotificationsAsync())[0].GetProperty("id").GetString()!;
            Host.Finnet.Answers("2000002").Answers("2000002");
            await Host.CreateAsync("told-reference-1", "081295288914");
            await Host.CreateAsync("told-reference-2", "081295288914");
            told = (await Host.EventsAsync())[0].GetProperty("id").GetString()!;
        }

        /// <summary>Prepares what a harmless text in this input needs.</summary>
        public async Task ReadyAsync(string input)
        {
            if (input.StartsWith("create", StringComparison.Ordinal))
                Host.Finnet.Issues();
            if (input.EndsWith("redact", StringComparison.Ordinal))
            {
                Host.Finnet.Issues();
                await Host.CreateAsync($"reference-to-redact-{++redacted}");
            }

            if (input.EndsWith("ask-again", StringComparison.Ordinal))
            {
                Host.Finnet.Issues().Issues();
                await Host.CreateAsync($"reference-to-ask-{++asked}");
            }

            if (input.Contains("apply", StringComparison.Ordinal))
            {
                Host.Finnet.Issues();
                await Host.CreateAsync($"record-to-apply-{++applied}");
                Host.Clock.Advance(TimeSpan.FromMilliseconds(1));
                await Host.NotifyAsync("KYC Approved", $"orphan-to-apply-{applied}");
                notification = (await Host.NotificationsAsync())[0].GetProperty("id").GetString()!;
            }

            if (input.EndsWith("cursor", StringComparison.Ordinal))
            {
                var page = input.StartsWith("search", StringComparison.Ordinal)
                    ? await Host.Ops.SendJsonAsync(
                        HttpMethod.Post, "/v1/account-upgrades/search", $$"""{"phoneNo":"{{Calls.Phone}}","limit":1}""")
                    : await Host.Ops.GetAnswerAsync(input.Split(' ')[1] + "?limit=1");
                cursor = page["nextCursor"]!;
            }
        }

        public string Harmless(string input) => input.EndsWith("cursor", StringComparison.Ordinal) ? cursor
            : input.Contains("events/{id}", StringComparison.Ordinal) ? told
            : input.Contains("{id}", StringComparison.Ordinal) ? notification
            : input == "apply partnerReferenceNo" ? $"record-to-apply-{applied}"
            : input.EndsWith("ask-again", StringComparison.Ordinal) ? $"reference-to-ask-{asked}"
            : input.EndsWith("redact", StringComparison.Ordinal) ? $"reference-to-redact-{redacted}"
            : StringInputs.Harmless[input];

        public IReadOnlyList<string?> Messages() =>
            Host.Query<(string, byte[])>("SELECT id, kyc_message FROM notifications WHERE kyc_message IS NOT NULL")
                .ConvertAll(row => Cipher().DecryptText(row.Item2, "notifications.kyc_message", row.Item1));

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();

        public void Dispose()
        {
            keys.Dispose();
            events.Dispose();
        }

        private static Finpay.Linkage.Api.Storage.ColumnCipher Cipher() =>
            new([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]);
    }
}
