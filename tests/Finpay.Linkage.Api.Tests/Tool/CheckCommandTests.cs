using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Privacy;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The command <c>check</c> on the console: its report, its exit codes, and that no secret is in it.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private const string Planted = "planted";
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;
    private readonly TcpListener finnet = new(IPAddress.Loopback, 0);

    public CheckCommandTests() => finnet.Start();

    // Development's address of a stand-in: it is reached, and nothing of it is real.
    private string Finnet => $"Finnet:BaseUrl=http://127.0.0.1:{((IPEndPoint)finnet.LocalEndpoint).Port}";

    public void Dispose()
    {
        finnet.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_Any_Setting_It_Says_What_Is_Missing_And_Looks_At_The_Rest()
    {
        var (exitCode, output, error) = await RunAsync($"--{Finnet}");

        Assert.Equal((1, ""), (exitCode, error));
        foreach (var key in new[]
        {
            "Finnet:Environment", "Finnet:MerchantId", "Finnet:EncryptionKey", "Notifications:Authentication:0", "ApiKeys:0",
            "Storage:Encryption:Keys:0", "Storage:Encryption:LookupKey",
        })
            Assert.Contains($"Failure  settings      {key}: missing", output, StringComparison.Ordinal);
        foreach (var check in new[] { "connection", "proxies", "TLS", "data folder", "rate limits", "logs" })
            Assert.Contains($"  {check,-12}  ", output, StringComparison.Ordinal);
        Assert.EndsWith("Not ready to go live." + Environment.NewLine, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_Wrong_Setting_Of_Each_Section_Hides_No_Other_Check()
    {
        var (exitCode, output, _) = await RunAsync(
            [
                .. Good(), "--Finnet:AttemptTimeout=soon", "--Storage:Encryption:LookupKey=x", "--Notifications:MaxBodyBytes=x",
                "--ApiKeys:1:Role=x", "--Swagger:Enabled=x", "--RateLimits:RequestsPerSecond=x",
            ]);

        Assert.Equal(1, exitCode);
        Assert.Equal(6, output.Split(Environment.NewLine).Count(line => line.StartsWith("Failure  settings ", StringComparison.Ordinal)));
        Assert.Contains("no two are the same", output, StringComparison.Ordinal);
        Assert.Contains("accepts connections", output, StringComparison.Ordinal);
        Assert.Contains("does not exist yet", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now")]
    [InlineData("--Storage:DataFolder=x", "rest")]
    [InlineData("--Storage:DataFolder")]
    [InlineData("-x=y")]
    public async Task What_It_Can_Not_Read_Is_Misuse_And_Is_Not_Repeated(params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"Argument {args.Length + 1} can't be read.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("rest", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--RateLimits:RequestsPerSecond=77")]
    [InlineData("--RateLimits:RequestsPerSecond", "77")]
    [InlineData("/RateLimits:RequestsPerSecond", "77")]
    [InlineData("RateLimits:RequestsPerSecond=77")]
    public async Task Settings_Are_Given_As_For_The_Service(params string[] args) =>
        Assert.Contains("77 requests/s", (await RunAsync([.. Good(), .. args])).Output, StringComparison.Ordinal);

    /// <summary>What is planted is right, is refused, and stands where it does not belong.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(
        "Finnet:EncryptionKey={0}", "Finnet:EncryptionIv={0}", "Storage:Encryption:Keys:0:Key={0}", "Storage:Encryption:LookupKey={0}",
        "Notifications:PathTokens:0={0}/", "ApiKeys:0:Sha256={0}")]
    [InlineData("Storage:ConnectionString=Host=127.0.0.1;Port={0};Database=x;Password={0}")]
    [InlineData("Storage:ConnectionString={0}")]
    [InlineData("Storage:ConnectionString=Host=127.0.0.1;Port=1;Database=x;Password={0};SSL Mode=VerifyFull;Root Certificate=/none")]
    [InlineData("Storage:Provider=Sqlite", "Storage:ConnectionString=Data Source=linkage.db;Password={0};Cache={0}")]
    [InlineData(
        "Storage:Provider={0}", "Finnet:Environment={0}", "Finnet:Authentication={0}", "Notifications:Authentication:0={0}",
        "ApiKeys:0:Role={0}", "Serilog:MinimumLevel:Default={0}")]
    [InlineData("Finnet:BaseUrl=https://user:{0}@snap.finnet.example")]
    [InlineData(
        "Finnet:MerchantPassword={0}", "Notifications:PathTokens:0={0}-{0}-{0}", "Notifications:PathTokens:1={0}-{0}-{0}",
        "Finnet:Snap:ClientSecret={0}")]
    public async Task No_Secret_Is_In_The_Report(params string[] changes)
    {
        const string Value = $"{Planted}-0123456789+value";
        using var key = RSA.Create(2048);
        var pem = key.ExportPkcs8PrivateKeyPem();
        var (keyFile, brokenFile) = (Path.Combine(folder, "snap.pem"), Path.Combine(folder, "broken.pem"));
        await File.WriteAllTextAsync(keyFile, pem);
        await File.WriteAllTextAsync(brokenFile, $"{Value}\n{pem[..900]}");
        string[] secrets =
        [
            Value, TestSettings.MerchantPassword, TestSettings.EncryptionKey, TestSettings.EncryptionIv, GoodSettings.Token,
            TestSettings.StorageKey, TestSettings.LookupKey,
            TestSettings.MerchantKey, TestSettings.OpsKey, TestSettings.Sha256(TestSettings.MerchantKey), "planted-client-secret",
            "planted-database-password", "planted-file-password", pem.Split('\n')[8],
        ];

        var (exitCode, output, error) = await RunAsync(
        [
            .. Good(), "--Storage:Provider=PostgreSql",
            "--Storage:ConnectionString=Host=127.0.0.1;Port=1;Database=linkage;Username=u;Password=planted-database-password",
            "--Finnet:Authentication=SnapB2B", "--Finnet:Snap:ClientId=client-1", "--Finnet:Snap:ClientSecret=planted-client-secret",
            $"--Finnet:Snap:PrivateKeyPath={keyFile}", "--Finnet:Snap:PartnerId=P",
            "--Finnet:Snap:ChannelId=95051", "--Finnet:Snap:Origin=shop.example", $"--Notifications:Snap:PublicKeyPath={brokenFile}",
            "--urls=https://+:8443", $"--Kestrel:Certificates:Default:Path={brokenFile}",
            "--Kestrel:Certificates:Default:Password=planted-file-password", .. changes.Where(change => change.Length > 0)
                .Select(change => "--" + string.Format(null, change, Value)),
        ]);

        // First that the nets hold: what may be there is there.
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains("Notifications:Snap:PublicKeyPath", output, StringComparison.Ordinal);
        Assert.Contains("Kestrel:Certificates:Default names no certificate", output, StringComparison.Ordinal);
        foreach (var form in secrets.SelectMany(Canary.FormsOf))
            Assert.DoesNotContain(form, output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Planted, output, StringComparison.OrdinalIgnoreCase);
    }

    private IEnumerable<string> Good() =>
        GoodSettings.Create(folder).Select(setting => $"--{setting.Key}={setting.Value}").Append($"--{Finnet}");

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args) => ToolRun.RunAsync(["check", .. args]);
}
