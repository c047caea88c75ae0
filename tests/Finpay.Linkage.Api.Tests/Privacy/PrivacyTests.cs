using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>Planted values, every log level on: they occur neither in the service's log, nor in problems, nor in clear in the database file.</summary>
[Collection(ConsoleTests.Name)]
public sealed class PrivacyTests
{
    private const string KycMessage = "planted reason of the rejection";
    private const string MotherName = "Planted Mother Name";
    private const string ImageData = "PlantedImageDataPlantedImageData";
    private const string WrongToken = "planted-wrong-token-0123456789-abcdef";

    private static readonly string[] Personal =
        [Calls.Phone[1..], Samples.FamilyCard, MotherName, Samples.Email, ImageData, FinnetStub.WidgetUrl, "04667364-ef55-46c6-9006-8c99388e4cdd", KycMessage, Samples.RedirectUrl];

    private static readonly string[] Secrets =
    [
        TestSettings.MerchantPassword, TestSettings.EncryptionKey, TestSettings.EncryptionIv, TestSettings.MerchantKey, TestSettings.OtherKey, TestSettings.OpsKey,
        TestSettings.PathToken, WrongToken, TestSettings.StorageKey, TestSettings.LookupKey,
    ];

    private readonly List<Answer> answers = [];

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Nothing_Planted_Is_Logged_Or_Repeated_Or_Stored_In_Clear(string environment)
    {
        using var console = new ConsoleCapture();
        await using var host = Loud(environment);
        await RunAsync(host);
        var stored = Stored(host);
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

        foreach (var planted in Personal.Concat(Secrets))
        {
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
        host.Finnet.Issues().Answers("4000001").Answers("5000000").BreaksAfterSending().RefusesConnection().RefusesConnection().RefusesConnection().Answers(200, "<html>", null);
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
        host.ExecuteSql("CREATE TRIGGER full_upgrades BEFORE INSERT ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END; CREATE TRIGGER full_inbox BEFORE INSERT ON notifications BEGIN SELECT RAISE(ABORT, 'planned'); END");
        answers.Add(await host.Merchant.CreateAsync(body.Replace(Calls.Reference, "reference-9", StringComparison.Ordinal)));
        answers.Add(await host.NotifyAsync("KYC Approved", message: KycMessage + " 2"));
    }

    private static ApiHost Loud(string environment) => ApiHost.With(
        ("environment", environment),
        ("Serilog:MinimumLevel:Default", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft", "Verbose"),
        ("Serilog:MinimumLevel:Override:System", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Hosting.Diagnostics", "Verbose"),
        ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore.Routing", "Verbose"),
        ("Logging:LogLevel:Default", "Trace"));

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
}
