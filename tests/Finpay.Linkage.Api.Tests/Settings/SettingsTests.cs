using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Settings;

/// <summary>What the service refuses to start with; every row differs in one setting from a configuration that starts.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-settings-").FullName;

    [Fact]
    public async Task The_Complete_Configuration_Starts() => Assert.Null(await Startup.MessageAsync(folder));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Data Source=linkage.db")]
    [InlineData("Host=db1")]
    [InlineData("Database=linkage")]
    [InlineData("Host=db1;Database=linkage;Port=planted")]
    public async Task PostgreSql_Needs_A_Connection_String_With_Host_And_Database(string? wrong)
    {
        Assert.Equal(
            ["Storage:ConnectionString"],
            await Startup.RefusalAsync(folder, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", wrong)));
        Assert.DoesNotContain(
            "planted",
            await Startup.MessageAsync(folder, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", wrong)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql_Needs_Keys_Outside_Production_Too() => Assert.Equal(
        ["Storage:Encryption:Keys:0", "Storage:Encryption:LookupKey"],
        await Startup.RefusalAsync(
            folder,
            ("Finnet:Environment", "Development"),
            ("Storage:Provider", "PostgreSql"),
            ("Storage:ConnectionString", "Host=db1;Database=linkage"),
            ("Storage:Encryption:Keys:0:Id", null),
            ("Storage:Encryption:Keys:0:Key", null),
            ("Storage:Encryption:LookupKey", null)));

    [Fact]
    public async Task Snap_Without_Its_Settings_Names_Them_All() => Assert.Equal(
        ["ClientId", "ClientSecret", "PrivateKeyPath", "PartnerId", "ChannelId", "Origin"],
        (await Startup.RefusalAsync(folder, ("Finnet:Authentication", "SnapB2B"))).Select(key => key["Finnet:Snap:".Length..]));

    /// <summary>Key, value (null: missing), the key that the message names.</summary>
    public static TheoryData<string, string?, string> Refused => new()
    {
        { "Finnet:Environment", null, "Finnet:Environment" },
        { "Finnet:Environment", "Staging", "Finnet:Environment" },
        { "Finnet:Environment", "2", "Finnet:Environment" },
        { "Finnet:BaseUrl", "https://snapstag.finnet.co.id", "Finnet:BaseUrl" },
        { "Finnet:BaseUrl", "https://SNAPSTAG.finnet.co.id/", "Finnet:BaseUrl" },
        { "Finnet:BaseUrl", "http://snap.finnet.co.id", "Finnet:BaseUrl" },
        { "Finnet:BaseUrl", "snap.finnet.co.id", "Finnet:BaseUrl" },
        { "Finnet:TimeZone", "Asia/Jakarta", "Finnet:TimeZone" },
        { "Finnet:WidgetPath", "api/widget", "Finnet:WidgetPath" },
        { "Finnet:WidgetPath", "//evil.test/widget", "Finnet:WidgetPath" },
        { "Finnet:MerchantId", null, "Finnet:MerchantId" },
        { "Finnet:MerchantId", new string('m', 129), "Finnet:MerchantId" },
        { "Finnet:MerchantPassword", null, "Finnet:MerchantPassword" },
        { "Finnet:MerchantPassword", "", "Finnet:MerchantPassword" },
        { "Finnet:EncryptionKey", null, "Finnet:EncryptionKey" },
        { "Finnet:EncryptionKey", "planted-15-char", "Finnet:EncryptionKey" },
        { "Finnet:EncryptionKey", "planted-17-chars-", "Finnet:EncryptionKey" },
        { "Finnet:EncryptionKey", "plantéd-16-chars", "Finnet:EncryptionKey" },
        { "Finnet:EncryptionKey", "1234567890123456", "Finnet:EncryptionKey" },
        { "Finnet:EncryptionIv", null, "Finnet:EncryptionIv" },
        { "Finnet:EncryptionIv", "planted", "Finnet:EncryptionIv" },
        { "Finnet:Authentication", "Basic", "Finnet:Authentication" },
        { "Finnet:AttemptTimeout", "soon", "Finnet:AttemptTimeout" },
        { "Finnet:AttemptTimeout", "00:00:00", "Finnet:AttemptTimeout" },
        { "Finnet:AttemptTimeout", "00:00:26", "Finnet:TotalTimeout" },
        { "Finnet:TotalTimeout", "00:00:36", "Upgrades:Lease" },
        { "Upgrades:Lease", "00:00:34.999", "Upgrades:Lease" },
        { "Upgrades:Lease", "planted", "Upgrades:Lease" },
        { "Upgrades:WidgetUrlLifetime", "00:00:00", "Upgrades:WidgetUrlLifetime" },
        { "Upgrades:RedirectSchemes:0", "", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "my app", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "myapp:", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "myapp://", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "1app", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "my_app", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "mÿapp", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "http", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "https", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "JavaScript", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "data", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "file", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "blob", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "vbscript", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RedirectSchemes:0", "view-source", "Upgrades:RedirectSchemes:0" },
        { "Upgrades:RetentionDays", "0", "Upgrades:RetentionDays" },
        { "Upgrades:RetentionDays", "36501", "Upgrades:RetentionDays" },
        { "Upgrades:RetentionDays", "planted", "Upgrades:RetentionDays" },
        { "Storage:Provider", "Oracle", "Storage:Provider" },
        { "Storage:ConnectionString", "Data Source=:memory:", "Storage:ConnectionString" },
        { "Storage:ConnectionString", "Host=planted;Password=planted", "Storage:ConnectionString" },
        { "Storage:DataFolder", "", "Storage:DataFolder" },
        { "Storage:Encryption:Keys:0:Id", null, "Storage:Encryption:Keys:0:Id" },
        { "Storage:Encryption:Keys:0:Id", new string('i', 33), "Storage:Encryption:Keys:0:Id" },
        { "Storage:Encryption:Keys:0:Key", null, "Storage:Encryption:Keys:0:Key" },
        { "Storage:Encryption:Keys:0:Key", "planted", "Storage:Encryption:Keys:0:Key" },
        { "Storage:Encryption:Keys:0:Key", "AAAAAAAAAAAAAAAAAAAAAA==", "Storage:Encryption:Keys:0:Key" },
        { "Storage:Encryption:LookupKey", null, "Storage:Encryption:LookupKey" },
        { "Storage:Encryption:LookupKey", "AAAA", "Storage:Encryption:LookupKey" },
        { "Storage:Encryption:PreviousLookupKey", "AAAA", "Storage:Encryption:PreviousLookupKey" },
        { "Notifications:Authentication:0", null, "Notifications:Authentication:0" },
        { "Notifications:Authentication:0", "PathTokken", "Notifications:Authentication:0" },
        { "Notifications:Authentication:0", "None", "Notifications:Authentication" },
        { "Notifications:Authentication:1", "SourceAdress", "Notifications:Authentication:1" },
        { "Notifications:Authentication:1", "SourceAddress", "Notifications:SourceAddresses:0" },
        { "Notifications:Authentication", "PathToken", "Notifications:Authentication" },
        { "Notifications:PathTokens:0", null, "Notifications:PathTokens:0" },
        { "Notifications:PathTokens:0", "planted-31-characters-xxxxxxxxx", "Notifications:PathTokens:0" },
        { "Notifications:PathTokens:1", "planted/with/slashes/0123456789/0123456789", "Notifications:PathTokens:1" },
        { "Notifications:SourceAddresses:0", "10.0.0.0/33", "Notifications:SourceAddresses:0" },
        { "Notifications:SourceAddresses:0", "finnet.co.id", "Notifications:SourceAddresses:0" },
        { "Notifications:AllowUnauthenticated", "maybe", "Notifications:AllowUnauthenticated" },
        { "Notifications:MaxBodyBytes", "12", "Notifications:MaxBodyBytes" },
        { "Notifications:MaxBodyBytes", "64K", "Notifications:MaxBodyBytes" },
        { "ApiKeys:0:Name", "", "ApiKeys:0:Name" },
        { "ApiKeys:2:Name", "(retention)", "ApiKeys:2:Name" },
        { "ApiKeys:0:Sha256", "planted", "ApiKeys:0:Sha256" },
        { "ApiKeys:0:Sha256", null, "ApiKeys:0:Sha256" },
        { "ApiKeys:2:Role", null, "ApiKeys:2:Role" },
        { "ApiKeys:2:Role", "admin", "ApiKeys:2:Role" },
        { "Images:MaxBytes", "-1", "Images:MaxBytes" },
        { "Images:MaxBytes", "99999999999", "Images:MaxBytes" },
        { "Images:MaxBytesInFlight", "2861737", "Images:MaxBytesInFlight" },
        { "Images:MaxBytesInFlightPerKey", "2861737", "Images:MaxBytesInFlightPerKey" },
        { "Images:MaxBytesInFlightPerKey", "134217729", "Images:MaxBytesInFlightPerKey" },
        { "Swagger:Enabled", "yes", "Swagger:Enabled" },
        { "Ops:Enabled", "yes", "Ops:Enabled" },
        { "Finnet:MerchantId", "\"planted\"", "Finnet:MerchantId" },
        { "Finnet:MerchantPassword", "planted\n", "Finnet:MerchantPassword" },
        { "Finnet:EncryptionIv", " planted15chars ", "Finnet:EncryptionIv" },
        { "Shutdown:Delay", "-00:00:01", "Shutdown:Delay" },
        { "Shutdown:Delay", "00:10:00.001", "Shutdown:Delay" },
        { "Shutdown:Delay", "soon", "Shutdown:Delay" },
        { "Kestrel:Limits:MaxConcurrentConnections", "0", "Kestrel:Limits:MaxConcurrentConnections" },
        { "Kestrel:Limits:MaxConcurrentConnections", "many", "Kestrel:Limits:MaxConcurrentConnections" },
        { "ForwardedHeaders:KnownProxies:0", "proxy.example", "ForwardedHeaders:KnownProxies:0" },
        { "ForwardedHeaders:KnownNetworks:0", "10.0.0.0", "ForwardedHeaders:KnownNetworks:0" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_Wrong_Setting_Is_Named_Alone_And_Never_Repeated(string key, string? value, string named)
    {
        var message = await Startup.MessageAsync(folder, (key, value));

        Assert.Equal([named], Startup.Keys(message ?? ""));
        Assert.StartsWith("Finpay.Linkage can't start: 1 missing or wrong setting.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestSettings.MerchantPassword, message, StringComparison.Ordinal);
    }

    /// <summary>The positive twins: the same values where they are allowed.</summary>
    public static TheoryData<string[]> Accepted =>
    [
        ["Finnet:Environment=Development", "Finnet:BaseUrl=https://snapstag.finnet.co.id"],
        ["Finnet:Environment=Development", "Finnet:EncryptionKey=1234567890123456"],
        ["Finnet:Environment=Development", "Notifications:Authentication:0=None"],
        ["finnet:environment=production"],
        ["Finnet:BaseUrl=http://localhost:5090"],
        ["Finnet:BaseUrl=https://snap.finnet.co.id"],
        ["Notifications:Authentication:0=None", "Notifications:AllowUnauthenticated=true"],
        ["Notifications:Authentication:0=pathtoken"],
        ["Notifications:Authentication:1=SourceAddress", "Notifications:SourceAddresses:0=2001:db8::/32"],
        ["Notifications:PathTokens:0=planted-32-characters-xxxxxxxxxx"],
        ["Upgrades:Lease=00:00:35"],
        ["Finnet:TotalTimeout=00:00:35"],
        ["Upgrades:RetentionDays=1"],
        ["Upgrades:RedirectSchemes:0=myapp", "Upgrades:RedirectSchemes:1=com.example.shop+v2"],
        ["Upgrades:RetentionDays=36500"],
        ["ApiKeys:0:Sha256=0123456789ABCDEF0123456789abcdef0123456789ABCDEF0123456789abcdef"],
        ["ApiKeys:2:Role=OPS"],
        ["ApiKeys:2:Name=retention)"],
        ["Images:MaxBytes=1024"],
        ["Images:MaxBytesInFlight=2861738"],
        ["Images:MaxBytesInFlightPerKey=2861738"],
        ["Images:MaxBytesInFlightPerKey=134217728"],
        ["Swagger:Enabled=False"],
        ["Finnet:MerchantId=\"planted"],
        ["Shutdown:Delay=00:00:00"],
        ["Shutdown:Delay=00:10:00"],
        ["Kestrel:Limits:MaxConcurrentConnections=1"],
        ["ForwardedHeaders:KnownProxies:0=::1", "ForwardedHeaders:KnownNetworks:0=10.0.0.0/8"],
    ];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_Right_Setting_Starts(string[] settings)
    {
        var changes = settings.Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1])).ToArray();

        Assert.Null(await Startup.MessageAsync(folder, changes));
    }

    [Fact]
    public async Task Everything_That_Is_Wrong_Is_Told_At_Once()
    {
        var named = await Startup.RefusalAsync(
            folder,
            ("Finnet:MerchantId", null), ("Finnet:AttemptTimeout", "planted"), ("Upgrades:Lease", "00:00:01"),
            ("Storage:Encryption:LookupKey", "planted"),
            ("Notifications:Authentication:0", "planted"), ("ApiKeys:1:Role", "planted"), ("Images:MaxBytes", "planted"));

        Assert.Equal(
            [
                "ApiKeys:1:Role", "Finnet:AttemptTimeout", "Finnet:MerchantId", "Images:MaxBytes", "Notifications:Authentication:0",
                "Storage:Encryption:LookupKey", "Upgrades:Lease",
            ],
            named.Order(StringComparer.Ordinal));
    }

    /// <summary>A key that is mistyped leaves its setting at the default, which nobody would see.</summary>
    [Theory]
    [InlineData("Notification:MaxBodyBytes", "Notification")]
    [InlineData("ApiKey:0:Name", "ApiKey")]
    [InlineData("Notifications:MaxBodyByte", "Notifications:MaxBodyByte")]
    [InlineData("Finnet:Snap:Orign", "Finnet:Snap:Orign")]
    [InlineData("ApiKeys:0:Rolle", "ApiKeys:0:Rolle")]
    [InlineData("Notifications:MaxBodyBytes", null)]
    [InlineData("Logging:LogLevel:Default", null)]
    [InlineData("Kestrel:Endpoints:Main:Url", null)]
    [InlineData("NOTIFICATION", null)]
    public async Task A_Setting_That_There_Is_Not_Is_Said_At_Start(string key, string? named)
    {
        await using var host = ApiHost.With((key, "4096"));
        Assert.Equal(200, (await host.Anonymous.GetAnswerAsync("/health/live")).Status);

        Assert.Equal(
            named is null ? [] : [$"{named}: there is no such setting"],
            host.Logs.Own.Select(line => line.Message).Where(text => text.EndsWith("no such setting", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task None_Stands_Alone()
    {
        var beside = await Startup.RefusalAsync(
            folder, ("Notifications:Authentication:1", "None"), ("Notifications:AllowUnauthenticated", "true"));

        Assert.Equal(["Notifications:Authentication"], beside);
    }

    [Fact]
    public async Task Two_Keys_With_One_Id_Are_Refused()
    {
        var named = await Startup.RefusalAsync(
            folder, ("Storage:Encryption:Keys:1:Id", "k1"), ("Storage:Encryption:Keys:1:Key", TestSettings.LookupKey));

        Assert.Equal(["Storage:Encryption:Keys"], named);
    }

    [Fact]
    public async Task None_In_Production_Is_About_Finnets_Environment_Not_The_Hosts()
    {
        Assert.Equal(
            ["Notifications:Authentication"],
            await Startup.RefusalAsync(folder, ("Notifications:Authentication:0", "None"), ("environment", "Development")));
        Assert.Null(await Startup.MessageAsync(
            folder, ("Notifications:Authentication:0", "None"), ("Finnet:Environment", "Development"), ("environment", "Production")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
