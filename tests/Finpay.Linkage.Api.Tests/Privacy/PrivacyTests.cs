using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>
/// Planted values, every log level on, over success and every failure: in no form (clear, Base64, URL-encoded, hex) do they occur in the service's log, its exceptions, problems or
/// metrics, in the database file or its write-ahead log.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed class PrivacyTests : IDisposable
{
    private const string KycMessage = "planted reason of the rejection";
    private const string MotherName = "Planted Mother Name";
    private const string ImageData = "PlantedImageDataPlantedImageData";
    private const string ClientSecret = "planted-client-secret-0123456789";
    private const string AccessToken = "planted-access-token-0123456789";
    private const string WrongToken = "planted-wrong-token-0123456789-abcdef";

    private static readonly string[] Personal =
        [Calls.Phone[1..], Samples.FamilyCard, MotherName, Samples.Email, ImageData, FinnetStub.WidgetUrl, "04667364-ef55-46c6-9006-8c99388e4cdd", KycMessage, Samples.RedirectUrl];

    private static readonly string[] Secrets =
    [
        TestSettings.MerchantPassword, TestSettings.EncryptionKey, TestSettings.EncryptionIv, TestSettings.MerchantKey, TestSettings.OtherKey, TestSettings.OpsKey,
        TestSettings.PathToken, WrongToken, TestSettings.StorageKey, TestSettings.LookupKey, ClientSecret, AccessToken,
    ];

    private readonly List<Answer> answers = [];
    private readonly string keyFile = Path.GetTempFileName();
    private readonly string privateKey;

    public PrivacyTests()
    {
        using var key = RSA.Create(2048);
        var pem = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(keyFile, pem);
        privateKey = pem.Split('\n')[8];
    }

    public void Dispose() => File.Delete(keyFile);

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Nothing_Planted_Is_Logged_Or_Repeated_Or_Stored_In_Clear(string environment)
    {
        using var console = new ConsoleCapture();
        await using var host = Loud(environment);
        using var metrics = new Metrics();
        await RunAsync(host);
        var stored = Stored(host);
        var exceptions = string.Join('\n', host.Logs.Lines.Select(line => line.Exception?.ToString()));
        var own = string.Join('\n', host.Logs.Own.Select(line => line.Message));
        await host.DisposeAsync();
        var log = console.Output + console.Error;

        // First that the nets hold: what may be there is there.
        Assert.Contains(Calls.Reference, log, StringComparison.Ordinal);
        Assert.Contains("/callbacks/finnet/kyc/{token}", log, StringComparison.Ordinal);
        Assert.Contains("Microsoft.AspNetCore", environment == "Production" ? log : "Microsoft.AspNetCore", StringComparison.Ordinal);
        Assert.Contains(Calls.Reference, stored, StringComparison.Ordinal);
        Assert.Contains("KYC Rejected", stored, StringComparison.Ordinal);
        Assert.Contains(answers, answer => answer.Status == 400);
        Assert.Contains(answers, answer => answer.Status == 503);
        Assert.Contains("http.server.request.duration", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("planned", exceptions, StringComparison.Ordinal);
        Assert.Contains("Retention", own, StringComparison.Ordinal);

        foreach (var planted in Personal.Concat(Secrets).Append(privateKey).SelectMany(Forms))
        {
            AssertAbsent(planted, exceptions, "exceptions");
            AssertAbsent(planted, own, "service's own lines");
            AssertAbsent(planted, metrics.Text, "metrics");
            AssertAbsent(planted, log, "log");
            AssertAbsent(planted, stored, "database");
            foreach (var problem in answers.Where(answer => answer.Status >= 400))
                AssertAbsent(planted, problem.Text, $"answer {problem.Status}");
        }
    }

    private async Task RunAsync(ApiHost host)
    {
        var body = Samples.Documented.Replace(Samples.MotherName, MotherName, StringComparison.Ordinal)
            .Replace(Samples.Jpeg, "data:image/jpeg;base64,/9j/" + ImageData, StringComparison.Ordinal);
        host.Finnet.Answers(200, Token(AccessToken)).Issues().Answers("4000001").Answers("5000000").BreaksAfterSending().RefusesConnection().RefusesConnection().RefusesConnection().Answers(200, "<html>", null);
        answers.Add(await host.Merchant.CreateAsync(body));
        answers.Add(await host.Merchant.CreateAsync(body));
        answers.Add(await host.Other.CreateAsync(body));
        answers.Add(await host.Merchant.CreateAsync(body.Replace("WNI", "WNA", StringComparison.Ordinal).Replace("\"ID\"", "\"WNA\"", StringComparison.Ordinal)));
        for (var call = 0; call < 5; call++)
            answers.Add(await host.Merchant.CreateAsync(body.Replace(Calls.Reference, $"reference-{call}", StringComparison.Ordinal)));
        answers.Add(await host.Merchant.CreateAsync(body.Replace("\"isEditable\": false", "\"isEditable\": 7", StringComparison.Ordinal)));
        answers.Add(await host.Merchant.CreateAsync(body.Replace("/9j/", "/8j/", StringComparison.Ordinal).Replace(Samples.FamilyCard, Samples.FamilyCard + "1", StringComparison.Ordinal)));
        answers.Add(await host.Merchant.CreateAsync(body[..^30]));
        answers.Add(await host.Merchant.CreateAsync($$"""{"{{Calls.SentPhone}}":{"{{MotherName}}":"""));
        answers.Add(await host.Client(WrongToken).CreateAsync(body));
        answers.Add(await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}"));
        answers.Add(await host.Other.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}"));
        answers.Add(await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", $$"""{"phoneNo":"{{Calls.Phone}}"}"""));
        answers.Add(await host.Merchant.GetAnswerAsync("/nothing?phone=" + Calls.Phone));
        answers.Add(await host.NotifyAsync("KYC Rejected", message: KycMessage));
        answers.Add(await host.NotifyAsync("KYC Rejected", message: KycMessage));
        answers.Add(await host.NotifyAsync("KYC Approved", "unknown-reference", KycMessage));
        answers.Add(await host.NotifyAsync("KYC Approved", message: KycMessage, merchant: "OTHER"));
        answers.Add(await host.CallbackAsync($$"""{"phoneNo":"{{Calls.SentPhone}}","kycMessage":["{{KycMessage}}"]}"""));
        answers.Add(await host.CallbackAsync(Calls.Notification("KYC Approved", message: KycMessage), WrongToken));
        answers.Add(await host.Anonymous.GetAnswerAsync(Calls.CallbackPath()));
        answers.Add(await host.Ops.GetAnswerAsync("/v1/kyc-notifications"));
        host.Finnet.Answers("4010001").Answers("4017300");
        answers.Add(await host.Merchant.CreateAsync(body.Replace(Calls.Reference, "reference-5", StringComparison.Ordinal)));
        answers.Add(await host.Ops.SendBytesAsync(HttpMethod.Post, "/v1/account-upgrades/reference-1/redact", [], contentType: null));
        answers.Add(await host.Merchant.CreateAsync(body.Replace(Calls.Reference, "reference-1", StringComparison.Ordinal)));
        answers.Add(await host.NotifyAsync("KYC Approved", "reference-1", KycMessage));
        answers.Add(await host.Ops.GetAnswerAsync("/v1/audit"));
        host.Clock.Advance(TimeSpan.FromDays(400));
        await host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);
        host.ExecuteSql("CREATE TRIGGER full_upgrades BEFORE INSERT ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END; CREATE TRIGGER full_inbox BEFORE INSERT ON notifications BEGIN SELECT RAISE(ABORT, 'planned'); END");
        answers.Add(await host.Merchant.CreateAsync(body.Replace(Calls.Reference, "reference-9", StringComparison.Ordinal)));
        answers.Add(await host.NotifyAsync("KYC Approved", message: KycMessage + " 2"));
    }

    private ApiHost Loud(string environment) => ApiHost.With(
        ("environment", environment),
        ("Finnet:Authentication", "SnapB2B"),
        ("Finnet:Snap:ClientId", "client-1"),
        ("Finnet:Snap:ClientSecret", ClientSecret),
        ("Finnet:Snap:PrivateKeyPath", keyFile),
        ("Finnet:Snap:PartnerId", "PARTNER-1"),
        ("Finnet:Snap:ChannelId", "95051"),
        ("Finnet:Snap:Origin", "shop.example"),
        ("Serilog:MinimumLevel:Default", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft", "Verbose"),
        ("Serilog:MinimumLevel:Override:System", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Hosting.Diagnostics", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Routing", "Verbose"),
        ("Logging:LogLevel:Default", "Trace"));

    private static string Token(string token) =>
        $$"""{"responseCode":"2007300","responseMessage":"Successful","accessToken":"{{token}}","tokenType":"Bearer","expiresIn":"900"}""";

    /// <summary>As it might be written by whoever encodes before writing. Base64 has three forms, by what stands before; the ends, which depend on neighbours, are cut off.</summary>
    internal static IEnumerable<string> Forms(string planted)
    {
        var bytes = Encoding.UTF8.GetBytes(planted);
        var forms = new List<string> { planted, Uri.EscapeDataString(planted), WebUtility.UrlEncode(planted), Convert.ToHexString(bytes) };
        for (var before = 0; before < 3; before++)
            forms.Add(Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=')[(before == 0 ? 0 : 4)..^2]);
        return forms.Distinct(StringComparer.Ordinal);
    }

    private static string Stored(ApiHost host)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(host.DataFolder).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            text.Append(reader.ReadToEnd());
        }

        return text.ToString();
    }

    private static void AssertAbsent(string planted, string text, string where)
    {
        var at = text.IndexOf(planted, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            at = text.IndexOf(planted.Replace("+", "\\u002B", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            Assert.Fail($"«{planted}» stands in the {where}: …{text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)]}…");
    }

    /// <summary>Every measurement of every meter, with its tags.</summary>
    private sealed class Metrics : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly StringBuilder text = new();

        public Metrics()
        {
            listener.InstrumentPublished = (instrument, each) => each.EnableMeasurementEvents(instrument);
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            listener.Start();
        }

        public string Text
        {
            get
            {
                lock (text)
                    return text.ToString();
            }
        }

        public void Dispose() => listener.Dispose();

        private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (text)
            {
                text.Append(instrument.Name).Append(' ').Append(value);
                foreach (var (key, tag) in tags)
                    text.Append(' ').Append(key).Append('=').Append(tag);
                text.Append('\n');
            }
        }
    }
}
