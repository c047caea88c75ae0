using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Snap;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Registration;

/// <summary>Two merchants in one process know nothing of each other.</summary>
public sealed class NamedClientTests : IDisposable
{
    private readonly SnapKeyFile key = new();
    private readonly ServiceCollection services = new();

    [Fact]
    public async Task Each_Sends_Its_Own_Merchant()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        Add("first", options => options.MerchantId = "FIRST", network);
        Add("second", options => options.MerchantId = "SECOND", network);
        await using var provider = services.BuildServiceProvider();

        await Client(provider, "first").RequestUpgradeWidgetAsync(Requests.Minimal);
        await Client(provider, "second").RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal(["FIRST", "SECOND"], network.Requests.Select(request =>
            JsonSerializer.Deserialize<JsonElement>(request.Body).GetProperty("merchantId").GetString()));
    }

    [Fact]
    public async Task The_Circuit_Of_One_Does_Not_Open_That_Of_The_Other()
    {
        using var broken = new StubHandler(_ => Answers.Code("5000000"));
        using var whole = new StubHandler(_ => Answers.Sample());
        Add("first", _ => { }, broken);
        Add("second", _ => { }, whole);
        await using var provider = services.BuildServiceProvider();
        for (var call = 0; call < 20; call++)
            await Client(provider, "first").RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal(FinnetAnswerKind.NotSent, (await Client(provider, "first").RequestUpgradeWidgetAsync(Requests.Minimal)).Kind);
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await Client(provider, "second").RequestUpgradeWidgetAsync(Requests.Minimal)).Kind);
    }

    [Fact]
    public async Task Refused_Credentials_Of_One_Do_Not_Touch_The_Other_And_Each_Has_Its_Own_Token()
    {
        using var refusing = new SnapNetwork(token: _ => Task.FromResult(Answers.Code("4017300")));
        using var first = new SnapNetwork();
        using var second = new SnapNetwork(token: number => Task.FromResult(SnapNetwork.Token(number + 10)));
        Add("refused", Snap, refusing);
        Add("first", Snap, first);
        Add("second", Snap, second);
        await using var provider = services.BuildServiceProvider();

        Assert.Equal(
            FinnetAnswerKind.CredentialsRefused, (await Client(provider, "refused").RequestUpgradeWidgetAsync(Requests.Minimal)).Kind);
        Assert.True((await Client(provider, "first").RequestUpgradeWidgetAsync(Requests.Minimal)).IsResult);
        Assert.True((await Client(provider, "second").RequestUpgradeWidgetAsync(Requests.Minimal)).IsResult);
        Assert.Equal("token-1", Assert.Single(first.WidgetRequests).Token);
        Assert.Equal("token-11", Assert.Single(second.WidgetRequests).Token);
    }

    [Fact]
    public async Task Lines_Of_A_Named_Client_Have_Its_Name_In_Their_Category()
    {
        using var sink = new LogSink();
        services.AddLogging(logging => logging.AddProvider(sink));
        using var broken = new StubHandler(_ => Answers.Code("5000000"));
        Add("first", _ => { }, broken);
        await using var provider = services.BuildServiceProvider();

        await Client(provider, "first").RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal("Finpay.Linkage.Finnet.FinnetClient.first", Assert.Single(sink.Attempts).Category);
    }

    public void Dispose() => key.Dispose();

    private static IFinnetClient Client(IServiceProvider provider, string name) => provider.GetRequiredKeyedService<IFinnetClient>(name);

    private void Snap(FinnetOptions options)
    {
        options.Authentication = FinnetAuthentication.SnapB2B;
        options.Snap.ClientId = SnapNetwork.ClientId;
        options.Snap.ClientSecret = new Secret(SnapNetwork.ClientSecret);
        options.Snap.PrivateKeyPath = key.Path;
        (options.Snap.PartnerId, options.Snap.ChannelId, options.Snap.Origin) = ("partner", "95221", "shop.example");
    }

    private void Add(string name, Action<FinnetOptions> more, HttpMessageHandler network) => services.AddFinnetClient(name, options =>
    {
        options.Environment = FinnetEnvironment.Development;
        options.MerchantId = "AGREE170724";
        options.MerchantPassword = new Secret("123456");
        options.EncryptionKey = options.EncryptionIv = new Secret("1234567890123456");
        more(options);
    }).ConfigurePrimaryHttpMessageHandler(() => network);
}
