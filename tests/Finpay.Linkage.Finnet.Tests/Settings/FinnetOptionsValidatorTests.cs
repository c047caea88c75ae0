using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet.Tests.Settings;

/// <summary>
/// Settings bound from configuration and validated. Every wrong value has a right twin that differs as little as possible.
/// </summary>
public sealed class FinnetOptionsValidatorTests
{
    private const string RealKey = "abcdefghijklmnop";

    [Fact]
    public void The_Smallest_Settings_Are_Enough_And_The_Rest_Has_The_Documented_Defaults()
    {
        var options = Bind();
        Assert.Equal("https://snapstag.finnet.co.id/", options.EffectiveBaseUrl.AbsoluteUri);
        Assert.Equal("/api/v1.0/upgrade-account-widget", options.WidgetPath);
        Assert.Equal("+07:00", options.TimeZone);
        Assert.Equal(FinnetAuthentication.None, options.Authentication);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25)), (options.AttemptTimeout, options.TotalTimeout));
        Assert.Equal("123456", options.MerchantPassword?.Reveal());
    }

    [Theory]
    [InlineData("Environment", "Development", "")]
    [InlineData("Environment", "development", "7")]
    [InlineData("Environment", "Development", "0")]
    [InlineData("Environment", "Development", null)]
    [InlineData("BaseUrl", "https://gateway.example", "http://gateway.example")]
    [InlineData("BaseUrl", "http://127.0.0.1:5090", "http://10.0.0.1:5090")]
    [InlineData("BaseUrl", "http://localhost:5090", "localhost:5090")]
    [InlineData("BaseUrl", "http://[::1]:5090", "/relative")]
    [InlineData("BaseUrl", "https://gateway.example:8443/", "https://gateway.example:8443/finnet")]
    [InlineData("BaseUrl", "https://gateway.example", "https://gateway.example?key=1")]
    [InlineData("BaseUrl", "https://gateway.example", "https://gateway.example#fragment")]
    [InlineData("BaseUrl", "https://gateway.example", "https://user:pw@gateway.example")]
    [InlineData("TimeZone", "+07:00", "07:00")]
    [InlineData("TimeZone", "+07:00", "+7:00")]
    [InlineData("TimeZone", "+08:00", "+0800")]
    [InlineData("TimeZone", "-00:30", "Z")]
    [InlineData("TimeZone", "+14:00", "+14:01")]
    [InlineData("TimeZone", "+07:59", "+07:60")]
    [InlineData("TimeZone", "-14:00", "Asia/Jakarta")]
    [InlineData("TimeZone", "+07:00", "")]
    [InlineData("TimeZone", "+07:00", null)]
    [InlineData("WidgetPath", "/widget", "widget")]
    [InlineData("WidgetPath", "/widget", "//evil.example/widget")]
    [InlineData("WidgetPath", "/widget", "/\\evil.example/widget")]
    [InlineData("WidgetPath", "/widget", "https://evil.example/widget")]
    [InlineData("WidgetPath", "/widget", "")]
    [InlineData("WidgetPath", "/widget", null)]
    [InlineData("MerchantId", "M", "")]
    [InlineData("MerchantId", "M", null)]
    [InlineData("MerchantPassword", "p", "")]
    [InlineData("MerchantPassword", "p", null)]
    [InlineData("EncryptionKey", RealKey, "abcdefghijklmno")]
    [InlineData("EncryptionKey", RealKey, "abcdefghijklmnopq")]
    [InlineData("EncryptionKey", RealKey, "abcdefghijklmnoé")]
    [InlineData("EncryptionKey", RealKey, "")]
    [InlineData("EncryptionKey", RealKey, null)]
    [InlineData("EncryptionIv", RealKey, "abcdefghijklmno")]
    [InlineData("EncryptionIv", RealKey, "abcdefghijklmnopq")]
    [InlineData("EncryptionIv", RealKey, "abcdefghijklmnoé")]
    [InlineData("EncryptionIv", RealKey, "")]
    [InlineData("EncryptionIv", RealKey, null)]
    [InlineData("Authentication", "none", "7")]
    [InlineData("AttemptTimeout", "00:00:00.010", "00:00:00.009")]
    [InlineData("AttemptTimeout", "00:00:25", "-00:00:01")]
    [InlineData("AttemptTimeout", "00:00:25", "00:00:00")]
    [InlineData("TotalTimeout", "00:00:10", "00:00:09.999")]
    [InlineData("TotalTimeout", "1.00:00:00", "1.00:00:00.001")]
    public void A_Wrong_Setting_Is_Named_And_A_Right_One_Is_Not(string key, string right, string? wrong)
    {
        Bind((key, right));
        Assert.Matches($"^Finnet:{key}: .{{10,}}", Assert.Single(Failures((key, wrong))));
    }

    [Fact]
    public void An_Environment_That_Is_None_Of_The_Two_Is_Not_Called_Missing() =>
        Assert.Equal(["Finnet:Environment: must be Development (snapstag) or Production (snap)"], Failures(("Environment", "7")));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_Merchant_Id_Has_At_Most_128_Characters(int length, bool valid) =>
        Assert.Equal(valid ? [] : ["Finnet:MerchantId: at most 128 characters"], Failures(("MerchantId", new string('M', length))));

    [Theory]
    [InlineData("Development", "https://snapstag.finnet.co.id", true)]
    [InlineData("Production", "https://snap.finnet.co.id", true)]
    [InlineData("Production", "https://snapstag.finnet.co.id", false)]
    [InlineData("Production", "https://SNAPSTAG.finnet.co.id:443/", false)]
    public void Production_Refuses_Finnets_Staging_Host(string environment, string url, bool valid)
    {
        var failures = Failures(("Environment", environment), ("EncryptionKey", RealKey), ("BaseUrl", url));
        Assert.Equal(valid ? 0 : 1, failures.Count(failure => failure.StartsWith("Finnet:BaseUrl: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Production", "https://snap.finnet.co.id", true)]
    [InlineData("Development", "https://snap.finnet.co.id.example", true)]
    [InlineData("Development", "https://snap.finnet.co.id", false)]
    [InlineData("Development", "https://SNAP.finnet.co.id.:443/", false)]
    public void Development_Refuses_Finnets_Production_Host(string environment, string url, bool valid) => Assert.Equal(
        valid ? [] : ["Finnet:BaseUrl: points to Finnet's production host while Finnet:Environment is Development"],
        Failures(("Environment", environment), ("EncryptionKey", RealKey), ("BaseUrl", url)));

    /// <summary>What a copy, a file or a shell adds; and what may belong to a value.</summary>
    public static TheoryData<string, bool> Ends => new()
    {
        { "{0}\n", false }, { "{0}\r\n", false }, { "\n{0}", false }, { " {0}", false }, { "{0} ", false }, { "{0}\t", false },
        { "\u00A0{0}", false }, { "\uFEFF{0}", false }, { "{0}\u200B", false }, { "{0}\0", false },
        { "\"{0}\"", false }, { "'{0}'", false }, { "`{0}`", false }, { "\u201C{0}\u201D", false }, { "\u00AB{0}\u00BB", false },
        { "\"{0}", true }, { "{0}'", true }, { "({0})", true }, { "/{0}=", true },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_Value_That_Was_Copied_With_What_Stood_Around_It_Is_Refused(string form, bool valid)
    {
        foreach (var key in new[] { "MerchantId", "MerchantPassword" })
            Assert.Equal(valid ? [] : [$"Finnet:{key}: {FinnetOptionsValidator.WrappedRule}"], Failures((key, Form("planted"))));
        foreach (var key in new[] { "EncryptionKey", "EncryptionIv" })
        {
            // 16 characters with what stands around them: only a value of the right length could be taken.
            var text = Form(new string('k', 19 - form.Length));
            Assert.Equal(
                !valid ? [$"Finnet:{key}: {FinnetOptionsValidator.WrappedRule}"] : [], Failures((key, text)));
        }

        string Form(string text) => form.Replace("{0}", text, StringComparison.Ordinal);
    }

    /// <summary>The second differs from the first, «123456» encrypted with the sample's key and IV, in its last byte.</summary>
    [Theory]
    [InlineData("1jdzWuniG6UMtoa3T6uNLA==", false)]
    [InlineData("1jdzWuniG6UMtoa3T6uNLQ==", true)]
    [InlineData("123456", true)]
    [InlineData("MTIzNDU2", true)]
    public void A_Password_That_Is_Encrypted_Already_Is_Refused(string password, bool valid) => Assert.Equal(
        valid ? [] : ["Finnet:MerchantPassword: is encrypted already; set it in clear, the service encrypts it"],
        Failures(("MerchantPassword", password)));

    [Fact]
    public void A_Password_That_Decrypts_To_What_Nobody_Types_Is_Taken()
    {
        var cipher = new FieldCipher(new Secret("1234567890123456"), new Secret("1234567890123456"));
        Assert.Single(Failures(("MerchantPassword", cipher.Encrypt("sandi rahasia é"))));
        Assert.Empty(Failures(("MerchantPassword", cipher.Encrypt("sandi\u0001rahasia"))));
        Assert.Empty(Failures(("MerchantPassword", cipher.Encrypt(""))));
        Assert.Empty(Failures(("MerchantPassword", Convert.ToBase64String(cipher.Encrypt([0x73, 0xE9, 0x73])))));
        Assert.Empty(Failures(("EncryptionKey", RealKey), ("MerchantPassword", cipher.Encrypt("sandi rahasia é"))));
    }

    [Theory]
    [InlineData("Development", "1234567890123456", true)]
    [InlineData("Production", RealKey, true)]
    [InlineData("Production", "1234567890123456", false)]
    public void Production_Refuses_The_Documentations_Key(string environment, string key, bool valid)
    {
        var failures = Failures(("Environment", environment), ("EncryptionKey", key));
        Assert.Equal(valid ? [] : ["Finnet:EncryptionKey: is the documentation's sample key, which Production refuses"], failures);
    }

    [Fact]
    public void Everything_That_Is_Missing_Is_Listed_At_Once()
    {
        var nothing = new ConfigurationBuilder().AddInMemoryCollection().Build();
        Assert.Equal(
            [
                "Finnet:Environment: missing", "Finnet:MerchantId: missing", "Finnet:MerchantPassword: missing",
                "Finnet:EncryptionKey: missing", "Finnet:EncryptionIv: missing",
            ],
            Failures(nothing).Select(failure => failure[..failure.IndexOf(';', StringComparison.Ordinal)]));
    }

    [Fact]
    public void No_Message_Repeats_A_Secret()
    {
        var failures = Failures(
            ("EncryptionKey", "k3y-too-short"), ("EncryptionIv", "iv-too-long-by-far"), ("MerchantPassword", "pa55word"),
            ("MerchantId", ""));
        Assert.Equal(3, failures.Count);
        var text = string.Join('\n', failures);
        Assert.All(new[] { "k3y", "iv-too", "pa55word" }, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Adding_The_Client_Twice_Does_Not_Say_Everything_Twice()
    {
        var services = new ServiceCollection();
        var configuration = FinnetHost.Configuration(("MerchantId", ""));
        services.AddFinnetClient(configuration);
        services.AddFinnetClient(configuration);
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<FinnetOptions>>().Value);
        Assert.Single(exception.Failures);
    }

    [Fact]
    public void Wrong_Settings_Stop_A_Host_Before_It_Starts()
    {
        Start();
        Assert.Throws<OptionsValidationException>(() => Start(("MerchantId", "")));

        static void Start(params (string Key, string? Value)[] settings)
        {
            using var provider = Build(FinnetHost.Configuration(settings));
            provider.GetRequiredService<IStartupValidator>().Validate();
        }
    }

    private static FinnetOptions Bind(params (string Key, string? Value)[] settings)
    {
        using var provider = Build(FinnetHost.Configuration(settings));
        return provider.GetRequiredService<IOptions<FinnetOptions>>().Value;
    }

    private static IReadOnlyList<string> Failures(params (string Key, string? Value)[] settings) =>
        Failures(FinnetHost.Configuration(settings));

    private static IReadOnlyList<string> Failures(IConfiguration configuration)
    {
        using var provider = Build(configuration);
        try
        {
            _ = provider.GetRequiredService<IOptions<FinnetOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }

    private static ServiceProvider Build(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddFinnetClient(configuration);
        return services.BuildServiceProvider();
    }
}
