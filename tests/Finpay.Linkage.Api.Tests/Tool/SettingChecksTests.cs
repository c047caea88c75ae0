using Finpay.Linkage.Api.Tests.Documentation;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Merchants;
using Finpay.Linkage.Tool.Check;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>What the check finds in the settings alone; every row differs from a configuration in which it finds nothing.</summary>
public sealed class SettingChecksTests : IDisposable
{
    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void In_The_Good_Configuration_Every_Check_Says_Ok()
    {
        var findings = GoodSettings.Look(GoodSettings.Read(folder)).Findings;

        Assert.All(findings, finding => Assert.Equal((finding.Check, Level.Ok), (finding.Check, finding.Level)));
        Assert.Equal(
            ["settings", "Finnet", "callbacks", "proxies", "API keys", "secrets", "TLS", "rate limits", "logs"],
            findings.Select(finding => finding.Check).Distinct());
    }

    /// <summary>What is found is told by the section of its merchant.</summary>
    [Theory]
    [InlineData("Merchants:north:Environment", "Development", "Failure|Merchants:north|Merchants:north:Environment is Development")]
    [InlineData("Merchants:north:BaseUrl", "https://egress.shop.example", "Warning|Merchants:north|Merchants:north:BaseUrl names egress")]
    [InlineData("Merchants:north:MerchantPassword", "sandbox-password", "Failure|secrets|Merchants:north:MerchantPassword is a published")]
    [InlineData("Merchants:north:MerchantPassword", null, "Failure|settings|Merchants:north:MerchantPassword: missing")]
    [InlineData("Merchants:north:MerchantPasword", "x", "Warning|settings|Merchants:north:MerchantPasword: there is no such")]
    [InlineData("Merchants:north:Notifications:Recipe", "x", "Warning|settings|Merchants:north:Notifications:Recipe: there is no such")]
    [InlineData("Merchants:north:EncryptionKey", TestSettings.EncryptionKey, "Failure|secrets|Merchants:north:EncryptionKey are the same")]
    [InlineData("Merchants:north:Snap:ClientId", "c", "Warning|Merchants:north|Merchants:north:Snap has settings")]
    public void A_Merchant_Is_Named(string key, string? value, string expected)
    {
        (string, string?)[] others = [.. TwoMerchants.Settings];
        Assert.DoesNotContain(GoodSettings.Look(GoodSettings.Read(folder, others)).Findings, finding => finding.Level != Level.Ok);

        var found = GoodSettings.Look(GoodSettings.Read(folder, [.. others, (key, value)])).Findings.Where(one => one.Level != Level.Ok);

        var finding = Assert.Single(found);
        var parts = expected.Split('|');
        Assert.Equal((parts[0], parts[1]), ($"{finding.Level}", finding.Check));
        Assert.Contains(parts[2], finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Merchant_Without_A_Key_Is_Told()
    {
        var found = GoodSettings.Look(GoodSettings.Read(
            folder, [.. TwoMerchants.Settings.Where(one => one.Key.StartsWith("Merchants:", StringComparison.Ordinal))]));

        var finding = Assert.Single(found.Findings, one => one.Level != Level.Ok);
        Assert.Contains("none is of the merchant north", finding.Text, StringComparison.Ordinal);
    }

    /// <summary>Changes; what is found by them and nothing else: level, check, a part of the text.</summary>
    public static TheoryData<string[], string[]> Bad => new()
    {
        { ["Finnet:MerchantPassword"], ["Failure|settings|Finnet:MerchantPassword: missing"] },
        { ["Finnet:EncryptionKey=1234567890123456"], ["Failure|settings|documentation's sample key"] },
        {
            ["Finnet:EncryptionKey=1234567890123456", "Finnet:Environment=Development"],
            ["Failure|settings|documentation's sample key", "Failure|Finnet|Finnet:Environment is Development"]
        },
        { ["Finnet:Environment=Development"], ["Failure|Finnet|Finnet:Environment is Development"] },
        { ["Finnet:Environment"], ["Failure|settings|Finnet:Environment: missing"] },
        { ["Finnet:BaseUrl=https://snapstag.finnet.co.id"], ["Failure|settings|staging host", "Warning|Finnet|snapstag.finnet.co.id"] },
        { ["Finnet:BaseUrl=https://egress.shop.example"], ["Warning|Finnet|egress.shop.example"] },
        { ["Finnet:BaseUrl=http://localhost:5090"], ["Failure|Finnet|Finnet:BaseUrl is http", "Warning|Finnet|localhost"] },
        { ["Finnet:MerchantId=AGREE170724"], ["Warning|Finnet|Finnet:MerchantId"] },
        { ["Finnet:MerchantPassword=Z0gKf5KKPvvrPpe2BjtBJw=="], ["Failure|secrets|Finnet:MerchantPassword is a published sample"] },
        { ["Finnet:EncryptionIv=1234567890123456"], ["Warning|Finnet|Finnet:EncryptionIv"] },
        { ["Finnet:Snap:ClientId=client-1"], ["Warning|Finnet|Finnet:Authentication is None"] },
        { ["Finnet:BaseURI=https://snap.finnet.co.id"], ["Warning|settings|Finnet:BaseURI"] },
        {
            ["Finnet:Snap:ClientID2=x", "Finnet:Authentication=None"],
            ["Warning|settings|Finnet:Snap:ClientID2", "Warning|Finnet|Finnet:Snap has settings"]
        },
        { ["ApiKeys:0:Sha265=x"], ["Warning|settings|ApiKeys:0:Sha265"] },
        {
        [
            "Finnet:Authentication=SnapB2B", "Finnet:Snap:ClientSecret=s", "Finnet:Snap:PrivateKeyPath=/none.pem", "Finnet:Snap:ClientId=c",
            "Finnet:Snap:PartnerId=p", "Finnet:Snap:ChannelId=95051", "Finnet:Snap:Origin=o",
        ],
            ["Failure|settings|Finnet:Snap:PrivateKeyPath: names a file that can't be read"] },
        {
            ["Notifications:Snap:PublicKeyPath=/none.pem"],
            ["Failure|settings|Notifications:Snap:PublicKeyPath: names a file that can't be read"]
        },
        {
            ["Notifications:Authentication:0=None", "Notifications:PathTokens:0"],
            ["Failure|settings|None is refused in Production", "Failure|callbacks|anybody"]
        },
        {
            ["Notifications:Authentication:0=None", "Notifications:PathTokens:0", "Notifications:AllowUnauthenticated=true"],
            ["Failure|callbacks|anybody"]
        },
        {
            ["Notifications:Authentication:0=SourceAddress", "Notifications:SourceAddresses:0=203.0.113.0/24"],
            ["Warning|callbacks|Notifications:PathTokens are not used"]
        },
        { ["Notifications:SourceAddresses:0=203.0.113.0/24"], ["Warning|callbacks|Notifications:SourceAddresses are not used"] },
        {
            ["Notifications:Authentication:1=SourceAddress", "Notifications:SourceAddresses:0=0.0.0.0/0"],
            ["Failure|callbacks|Notifications:SourceAddresses allows every address"]
        },
        {
            [
                "Notifications:Authentication:1=SourceAddress", "Notifications:SourceAddresses:0=203.0.113.0/24",
                "Notifications:SourceAddresses:1=10.1.0.0/16",
            ],
            ["Warning|callbacks|private network 10.1.0.0/16"]
        },
        { ["Notification:PathTokens:0=planted"], ["Warning|settings|Notification: there is no such setting"] },
        { ["ApiKey:0:Name=planted"], ["Warning|settings|ApiKey: there is no such setting"] },
        { ["ForwardedHeaders:KnownNetworks:0=::/0"], ["Failure|proxies|ForwardedHeaders:KnownNetworks allows every address"] },
        { ["Notifications:PathTokens:0=short"], ["Failure|settings|Notifications:PathTokens:0"] },
        {
            [$"Notifications:PathTokens:1={GoodSettings.Token}"],
            ["Failure|secrets|Notifications:PathTokens:0 and Notifications:PathTokens:1 are the same"]
        },
        {
            [$"Finnet:MerchantPassword={GoodSettings.Token}"],
            ["Failure|secrets|Finnet:MerchantPassword and Notifications:PathTokens:0 are the same"]
        },
        {
            [$"Storage:Encryption:LookupKey={TestSettings.StorageKey}"],
            ["Failure|secrets|Storage:Encryption:Keys:0:Key and Storage:Encryption:LookupKey are the same"]
        },
        {
            ["Finnet:MerchantPassword=planted", "Storage:ConnectionString=Data Source=linkage.db;Password=planted"],
            ["Failure|secrets|Finnet:MerchantPassword and the password in Storage:ConnectionString are the same"]
        },
        {
            [$"ApiKeys:2:Sha256={TestSettings.Sha256(GoodSettings.Token)}"],
            ["Failure|secrets|Notifications:PathTokens:0 and the key of ApiKeys:2 are the same"]
        },
        { ["Storage:Encryption:Keys:0:Key"], ["Failure|settings|Storage:Encryption:Keys:0:Key: missing"] },
        {
            ["Storage:Encryption:LookupKey", "Finnet:Environment=Development"],
            ["Failure|settings|Storage:Encryption:LookupKey: missing", "Failure|Finnet|Development"]
        },
        {
            ["Storage:Encryption:Keys:0:Key=Zm9yLXRoZS1kZW1vbnN0cmF0aW9uLW9ubHkta2V5cyE="],
            ["Failure|secrets|Storage:Encryption:Keys:0:Key is a published sample"]
        },
        { ["ApiKeys:0:Role=ops", "ApiKeys:1:Role=ops"], ["Failure|API keys|none has the role merchant"] },
        { ["ApiKeys:2:Role=merchant"], ["Warning|API keys|none has the role ops"] },
        {
            [$"ApiKeys:2:Sha256={TestSettings.Sha256(TestSettings.MerchantKey)}"],
            [
                "Failure|settings|ApiKeys:2:Sha256: is the key of",
                "Failure|secrets|the key of ApiKeys:0 and the key of ApiKeys:2 are the same",
            ]
        },
        {
            ["ApiKeys:2:Sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
            ["Failure|API keys|ApiKeys:2:Sha256 is the hash of an empty text"]
        },
        {
            ["ApiKeys:2:Sha256=c48a01f49fd0f2cc404bc3cbbc80e91457a3d41bb429a695243de4c61794155c"],
            ["Failure|secrets|the key of ApiKeys:2 is a published sample"]
        },
        { ["urls=http://0.0.0.0:8080", "ForwardedHeaders:KnownProxies:0"], ["Failure|TLS|http://0.0.0.0:8080 is open without TLS"] },
        {
            ["urls", "http_ports=8080;8081", "ForwardedHeaders:KnownProxies:0"],
            ["Failure|TLS|http://*:8080 is open", "Failure|TLS|http://*:8081 is open"]
        },
        {
            ["urls=https://127.0.0.1:8443", "Kestrel:Endpoints:Main:Url=http://+:8080", "ForwardedHeaders:KnownProxies:0"],
            ["Failure|TLS|http://+:8080 is open"]
        },
        {
            ["urls=http://localhost:5080;http://[::1]:5081", "ForwardedHeaders:KnownProxies:0"],
            ["Warning|TLS|http://localhost:5080 is local", "Warning|TLS|http://[::1]:5081 is local"]
        },
        { ["urls", "ForwardedHeaders:KnownProxies:0"], ["Warning|TLS|http://localhost:5080 is local"] },
        { ["RateLimits:RequestsPerSecond=0"], ["Warning|rate limits|RateLimits:RequestsPerSecond"] },
        { ["RateLimits:FailedCallbacksPerMinute=0"], ["Warning|rate limits|RateLimits:FailedCallbacksPerMinute"] },
        { ["environment=Development"], ["Warning|logs|ASPNETCORE_ENVIRONMENT is Development"] },
        { ["Serilog:MinimumLevel:Default=Error"], ["Warning|logs|hides warnings"] },
        { ["Serilog:MinimumLevel:Default=Debug"], ["Warning|logs|debug lines"] },
        { ["Serilog:MinimumLevel:Default=Loud"], ["Failure|logs|Serilog: can't be read"] },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_Problem_Is_Found_And_Nothing_Else(string[] changes, string[] expected)
    {
        var found = Found([.. GoodSettings.Changes(changes)]);

        Assert.Equal(
            expected.Select(text => string.Join('|', text.Split('|')[..2])), found.Select(finding => $"{finding.Level}|{finding.Check}"));
        Assert.All(expected.Zip(found), pair => Assert.Contains(pair.First.Split('|')[2], pair.Second.Text, StringComparison.Ordinal));
    }

    /// <summary>The positive twins: next to what is found.</summary>
    public static TheoryData<string[]> Good =>
    [
        ["Finnet:BaseUrl=https://snap.finnet.co.id"],
        ["Finnet:EncryptionKey=1234567890123457"],
        ["Notifications:Authentication:0=SourceAddress", "Notifications:SourceAddresses:0=203.0.113.0/24", "Notifications:PathTokens:0"],
        ["Notifications:Authentication:1=SourceAddress", "Notifications:SourceAddresses:0=203.0.113.0/24"],
        ["Notifications:Observe:0=SourceAddress", "Notifications:SourceAddresses:0=203.0.113.0/24"],
        ["ForwardedHeaders:KnownNetworks:0=10.0.0.0/8"],
        [$"Notifications:PathTokens:1={Digest}"],
        ["Storage:Encryption:Keys:1:Id=k0", "Storage:Encryption:Keys:1:Key=n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="],
        [$"ApiKeys:3:Name=shop", $"ApiKeys:3:Role=merchant", $"ApiKeys:3:Sha256={Digest[1..]}0"],
        ["urls", "http_ports=8080"],
        ["RateLimits:RequestsPerSecond=1", "RateLimits:FailedCallbacksPerMinute=1"],
        ["Serilog:MinimumLevel:Default=Warning"],
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_Is_Right_Is_Not_Found(string[] changes) =>
        Assert.Empty(Found([.. GoodSettings.Changes(changes)]));

    [Fact]
    public void A_Client_Id_Signs_No_Body_And_Does_Not_Stand_Alone()
    {
        using var keys = new FinnetKeys();
        (string, string?)[] alone =
        [
            ("Notifications:Authentication:0", "SnapSignature"), ("Notifications:PathTokens:0", null),
            ("Notifications:Snap:PublicKeyPath", keys.CurrentPath),
            ("Notifications:Snap:ClientId", FinnetKeys.ClientId),
        ];

        Assert.Contains(
            Found([.. alone, ("Notifications:Snap:Recipe", "ClientId")]),
            finding => finding.Level == Level.Failure && finding.Text.Contains("Notifications:Snap:Recipe", StringComparison.Ordinal));
        Assert.Contains(
            Found([.. alone, ("Notifications:Snap:Recipe", "ClientId"), ("Finnet:Environment", "Development")]),
            finding => finding.Level == Level.Failure && finding.Text.Contains("Notifications:Snap:Recipe", StringComparison.Ordinal));
        Assert.Empty(Found(alone));
        Assert.Empty(
            Found(
            [
                .. alone, ("Notifications:Snap:Recipe", "ClientId"), ("Notifications:Authentication:1", "PathToken"),
                ("Notifications:PathTokens:0", GoodSettings.Token),
            ]));
    }

    /// <summary>Who starts from compose.yaml has to replace every secret in it.</summary>
    [Fact]
    public void Every_Secret_Of_The_Demonstration_Is_Found()
    {
        string[] secrets =
        [
            "Finnet:MerchantPassword", "Finnet:EncryptionKey", "Storage:Encryption:Keys:0:Key", "Storage:Encryption:LookupKey",
            "the key of ApiKeys:0",
            "the password in Storage:ConnectionString",
        ];
        var compose = new Document("compose.yaml").Text.Split('\n').Select(line => line.Trim().Split(": ", 2))
            .Where(pair => pair.Length == 2 && pair[0].Contains("__", StringComparison.Ordinal))
            .Select(pair => (pair[0].Replace("__", ":", StringComparison.Ordinal), (string?)pair[1].Trim('"'))).ToArray();

        var failures = Found(compose).Where(finding => finding.Level == Level.Failure).Select(finding => finding.Text).ToList();

        Assert.All(secrets, secret => Assert.Contains(
            failures, text => text.StartsWith(secret, StringComparison.Ordinal) && text.Contains("sample", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_Private_Key_That_Everybody_May_Read_Is_Found()
    {
        if (OperatingSystem.IsWindows())
            return;
        var file = Path.Combine(folder, "snap.pem");
        using (var key = System.Security.Cryptography.RSA.Create(2048))
            File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        (string, string?)[] snap =
        [
            ("Finnet:Authentication", "SnapB2B"), ("Finnet:Snap:ClientId", "client-1"), ("Finnet:Snap:ClientSecret", "client-secret"),
            ("Finnet:Snap:PartnerId", "PARTNER-1"),
            ("Finnet:Snap:ChannelId", "95051"), ("Finnet:Snap:Origin", "shop.example"), ("Finnet:Snap:PrivateKeyPath", file),
        ];

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Single(Found(snap)).Text, StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Empty(Found(snap));
    }

    private List<Finding> Found(params (string Key, string? Value)[] changes) =>
        [.. GoodSettings.Look(GoodSettings.Read(folder, changes)).Findings.Where(finding => finding.Level != Level.Ok)];
}
