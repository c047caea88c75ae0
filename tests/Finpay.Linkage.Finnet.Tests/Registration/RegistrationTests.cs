using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet.Tests.Registration;

/// <summary>The ways to get a client, and what the settings are taken from.</summary>
public sealed class RegistrationTests
{
    private readonly ServiceCollection services = new();

    [Fact]
    public async Task A_Section_Of_Any_Name_Is_Bound_As_It_Is()
    {
        services.AddFinnetClient(Section("Payments:Premium")).ConfigurePrimaryHttpMessageHandler(Network);
        await AssertAnswersAsync(Provider().GetRequiredService<IFinnetClient>());
    }

    [Fact]
    public async Task Settings_Come_From_Code()
    {
        services.AddFinnetClient(Set).ConfigurePrimaryHttpMessageHandler(Network);
        await AssertAnswersAsync(Provider().GetRequiredService<IFinnetClient>());
    }

    [Fact]
    public async Task A_Constructor_Needs_No_Container()
    {
        using var network = Network();
        using var http = new HttpClient(network);
        await AssertAnswersAsync(new FinnetClient(http, FinnetHost.Options));
        Assert.Equal(
            ("https://snapstag.finnet.co.id/api/v1.0/upgrade-account-widget", "application/json"),
            (network.Requests[0].Uri.ToString(), network.Requests[0].Accept));
    }

    [Fact]
    public void The_Interface_And_The_Class_Are_One_Client()
    {
        services.AddFinnetClient(Set);
        services.AddFinnetClient("second", Set);
        var provider = Provider();

        Assert.Same(provider.GetRequiredService<IFinnetClient>(), provider.GetRequiredService<FinnetClient>());
        var second = provider.GetRequiredKeyedService<IFinnetClient>("second");
        Assert.Same(second, provider.GetRequiredKeyedService<FinnetClient>("second"));
        Assert.NotSame(second, provider.GetRequiredService<IFinnetClient>());
    }

    [Fact]
    public void What_Is_Missing_Is_Named_Where_It_Is_Missing()
    {
        var empty = new ConfigurationBuilder().Build();
        AssertMissing("Finnet:MerchantId: missing", of => of.AddFinnetClient(empty));
        AssertMissing("Payments:Premium:MerchantId: missing", of => of.AddFinnetClient(empty.GetSection("Payments:Premium")));
        AssertMissing("FinnetOptions:MerchantId: missing", of => of.AddFinnetClient(_ => { }));
        AssertMissing("Shops:2:MerchantId: missing", of => of.AddFinnetClient("second", empty.GetSection("Shops:2")), "second");
        AssertMissing("FinnetOptions 'second':MerchantId: missing", of => of.AddFinnetClient("second", _ => { }), "second");
        using var http = new HttpClient();
        var wrong = Assert.Throws<OptionsValidationException>(() => new FinnetClient(http, new FinnetOptions()));
        Assert.Contains("Finnet:MerchantId: missing", wrong.Message, StringComparison.Ordinal);
    }

    private static void AssertMissing(string message, Action<IServiceCollection> add, string? name = null)
    {
        var collection = new ServiceCollection();
        add(collection);
        using var provider = collection.BuildServiceProvider();
        var wrong = Assert.Throws<OptionsValidationException>(() => name is null
            ? provider.GetRequiredService<IFinnetClient>() : provider.GetRequiredKeyedService<IFinnetClient>(name));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    private static StubHandler Network() => new(_ => Answers.Sample());

    private static void Set(FinnetOptions options)
    {
        (options.Environment, options.MerchantId) = (FinnetEnvironment.Development, "AGREE170724");
        options.MerchantPassword = new Secret("123456");
        options.EncryptionKey = options.EncryptionIv = new Secret("1234567890123456");
    }

    private static IConfigurationSection Section(string path) => new ConfigurationBuilder()
        .AddInMemoryCollection(FinnetHost.Settings.ToDictionary(pair => $"{path}:{pair.Key}", pair => pair.Value)).Build().GetSection(path);

    private static async Task AssertAnswersAsync(IFinnetClient client) =>
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await client.RequestUpgradeWidgetAsync(Requests.Minimal)).Kind);

    private ServiceProvider Provider() =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
}
