using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Privacy;
using Finpay.Linkage.EndToEnd.Tests.Durability;

namespace Finpay.Linkage.EndToEnd.Tests.Privacy;

/// <summary>
/// The process as it is: however it ends, nothing of what was planted is written to its output, nor
/// stands in clear in the files that it leaves.
/// </summary>
public sealed class CrashOutputTests : IDisposable
{
    private const string Password = "planted-database-password-0123";
    private const string CertificatePassword = "planted-certificate-password-0123";
    private const string TooShort = "planted-too-short-0123";
    private const int Aborted = 128 + 6;

    private static readonly Canary Net = new([.. Canary.Personal, .. Canary.Secrets, Password, CertificatePassword, TooShort]);

    private readonly string folder = Directory.CreateTempSubdirectory("crash-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Wrong_Settings()
    {
        (string, string?)[] wrong =
        [
            ("Finnet:EncryptionKey", TooShort), ("Finnet:EncryptionIv", TooShort), ("Storage:Encryption:Keys:0:Key", TooShort),
            ("Storage:Encryption:LookupKey", TooShort),
            ("Notifications:PathTokens:1", TooShort), ("ApiKeys:0:Sha256", TooShort),
            ("Finnet:BaseUrl", "http://user:" + TooShort + "@finnet.example"), ("Storage:ConnectionString", "Password=" + TooShort),
        ];
        await AssertEndsAsync(1, "can't start: 8 missing or wrong settings", [], wrong);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=linkage;Username=u;Password=" + Password, "can't be used")]
    [InlineData("Host=127.0.0.1;Port=" + Password + ";Database=linkage;Password=" + Password, "Storage:ConnectionString")]
    public async Task A_Database_Server_That_Can_Not_Be_Reached(string connectionString, string said) =>
        await AssertEndsAsync(1, said, [], ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", connectionString));

    [Fact]
    public async Task A_Database_That_Is_Damaged()
    {
        await AssertEndsAsync(2, "Unknown command", ["check"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "linkage.db"), string.Concat(Enumerable.Repeat(Canary.MotherName, 1000)));

        await AssertEndsAsync(1, "It is damaged", []);
    }

    [Fact]
    public async Task A_Port_That_Is_Taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        await AssertEndsAsync(1, "address already in use", [], ("Kestrel:Endpoints:Http:Url", $"http://{taken.LocalEndpoint}"));
    }

    [Fact]
    public async Task An_Exception_That_Nobody_Handles_At_The_Start() =>
        await AssertEndsAsync(
            Aborted, "Unhandled exception", [], ("Kestrel:Certificates:Default:Path", Path.Combine(folder, "none.pfx")),
            ("Kestrel:Certificates:Default:Password", CertificatePassword));

    [Fact]
    public async Task Commands_That_Fail()
    {
        await RunAsync(api => api.TerminateAsync());
        var list = Path.Combine(folder, "list.txt");
        await File.WriteAllTextAsync(list, Canary.MotherName);
        await AssertToolEndsAsync("line 1", ["redact", list]);
        await AssertToolEndsAsync("can't be written", ["redactions", list]);
        await AssertToolEndsAsync("can't be copied", ["backup", list]);
        await AssertToolEndsAsync(
            "can't be read with the configured keys", ["reencrypt"], ("Storage:Encryption:Keys:0:Id", "k2"),
            ("Storage:Encryption:Keys:0:Key", TestSettings.LookupKey));
    }

    [Fact]
    public async Task Sigkill_Under_Traffic() => await RunAsync(async api =>
    {
        await api.KillAsync();
        return 0;
    });

    [Fact]
    public async Task Sigterm_Under_Traffic() => Assert.Equal(0, await RunAsync(api => api.TerminateAsync()));

    [Fact]
    public async Task An_Exception_That_Nobody_Handles_Under_Traffic() => Assert.Equal(Aborted, await RunAsync(
        async api =>
        {
            var exitCode = await api.TellAsync("die");
            Assert.Contains("planned crash", api.Output, StringComparison.Ordinal);
            return exitCode;
        },
        ("DOTNET_STARTUP_HOOKS", typeof(CrashOutputTests).Assembly.Location)));

    private async Task AssertEndsAsync(int expected, string said, string[] arguments, params (string Key, string? Value)[] changes)
    {
        using var api = new ApiProcess("start", Settings(changes), mostLines: 100_000);

        Assert.Equal(expected, await api.StartInVainAsync(arguments));

        Assert.Contains(said, api.Output, StringComparison.OrdinalIgnoreCase);
        // Its jobs end with it, which is no failure of theirs.
        Assert.DoesNotContain(nameof(TaskCanceledException), api.Output, StringComparison.Ordinal);
        Net.AssertAbsent(api.Output, "output");
    }

    private async Task AssertToolEndsAsync(string said, string[] arguments, params (string Key, string? Value)[] changes)
    {
        using var tool = new ApiProcess("tool", Settings(changes), mostLines: 100_000);

        Assert.Equal(1, await tool.RunToolAsync(arguments));

        Assert.Contains(said, tool.Output, StringComparison.Ordinal);
        Net.AssertAbsent(tool.Output, "output");
    }

    /// <summary>Takes every kind of call at the loudest level, and ends.</summary>
    private async Task<int> RunAsync(Func<ApiProcess, Task<int>> end, params (string Key, string? Value)[] changes)
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var api = new ApiProcess("api", Settings([("Finnet:BaseUrl", finnet.Url.ToString()), .. changes]), mostLines: 100_000);
        await api.StartAsync();
        for (var time = 0; time < 20; time++)
        {
            var reference = $"reference-{time}";
            Assert.Equal(
                201, (await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", Create(reference), TestSettings.MerchantKey)).Status);
            Assert.Equal(
                400, (await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", Create("short"), TestSettings.MerchantKey)).Status);
            Assert.Equal(401, (await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", Create(reference), Canary.WrongKey)).Status);
            Assert.Equal(
                200,
                (await api.SendAsync(HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}", Notification(reference))).Status);
            Assert.Equal(
                401, (await api.SendAsync(HttpMethod.Post, $"/callbacks/finnet/kyc/{Canary.WrongToken}", Notification(reference))).Status);
        }

        var exitCode = await end(api);

        Assert.Contains("reference-19", api.Output, StringComparison.Ordinal);
        Assert.Contains("Microsoft.AspNetCore", api.Output, StringComparison.Ordinal);
        Net.AssertAbsent(api.Output, "output");
        var files = Directory.GetFiles(folder, "linkage.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(file => file, file => Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        Assert.Contains(files.Values, content => content.Contains("reference-19", StringComparison.Ordinal));
        Assert.All(files, file => Net.AssertAbsent(file.Value, file.Key));
        return exitCode;
    }

    private IDictionary<string, string?> Settings((string Key, string? Value)[] changes)
    {
        var settings = TestSettings.Create(folder);
        settings["Serilog:MinimumLevel:Default"] = "Verbose";
        settings["Serilog:MinimumLevel:Override:Microsoft"] = "Verbose";
        settings["Serilog:MinimumLevel:Override:System"] = "Verbose";
        settings["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Information";
        foreach (var (key, value) in changes)
            settings[key] = value;
        return settings;
    }

    private static string Create(string reference) => JsonSerializer.Serialize(new
    {
        partnerReferenceNo = reference,
        phoneNo = Canary.Phone,
        redirectFinalUrl = Canary.RedirectUrl,
        images = new { ktp = new { base64 = "data:image/jpeg;base64," + Convert.ToBase64String(Canary.Image), isEditable = false } },
        personalData = new { kkNumber = Canary.FamilyCard, biologicalMotherName = Canary.MotherName, email = Canary.Email },
    });

    private static string Notification(string reference) => JsonSerializer.Serialize(new
    {
        kycResponse = "KYC Rejected",
        kycMessage = Canary.KycMessage,
        partnerReferenceNo = reference,
        phoneNo = Canary.SentPhone,
        merchantId = TestSettings.MerchantId,
    });
}
