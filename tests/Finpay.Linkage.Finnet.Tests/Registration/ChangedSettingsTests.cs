using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Snap;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Registration;

/// <summary>Settings that change while the process runs.</summary>
public sealed class ChangedSettingsTests : IDisposable
{
    private readonly LogSink log = new();

    [Fact]
    public async Task A_Changed_Password_Counts_Without_A_Restart()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        var (configuration, client) = Start(FinnetHost.Configuration(), network);
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        configuration["Finnet:MerchantPassword"] = "654321";
        ((IConfigurationRoot)configuration).Reload();
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal(["123456", "654321"], network.Requests.Select(request => Password(request.Body)));
    }

    [Fact]
    public async Task A_Changed_Client_Secret_Signs_The_Next_Request()
    {
        using var key = new SnapKeyFile();
        using var network = new SnapNetwork();
        var (configuration, client) = Start(
            FinnetHost.Configuration(
                ("Authentication", "SnapB2B"), ("Snap:ClientId", SnapNetwork.ClientId), ("Snap:ClientSecret", "old"),
                ("Snap:PrivateKeyPath", key.Path), ("Snap:PartnerId", "partner"), ("Snap:ChannelId", "95221"),
                ("Snap:Origin", "shop.example")),
            network);
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        configuration["Finnet:Snap:ClientSecret"] = SnapNetwork.ClientSecret;
        ((IConfigurationRoot)configuration).Reload();
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal(
            [false, true], network.WidgetRequests.Select(request => SnapNetwork.ExpectedSignature(request) == request["X-SIGNATURE"]));
    }

    [Theory]
    [InlineData("MerchantPassword", "")]
    [InlineData("AttemptTimeout", "soon")]
    public async Task A_Wrong_Change_Is_Told_And_Not_Taken(string key, string wrong)
    {
        using var network = new StubHandler(_ => Answers.Sample());
        var (configuration, client) = Start(FinnetHost.Configuration(), network);

        configuration[$"Finnet:{key}"] = wrong;
        // The framework tells whoever reads the settings anew.
        Assert.ThrowsAny<Exception>(((IConfigurationRoot)configuration).Reload);
        var answer = await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal((FinnetAnswerKind.WidgetIssued, "123456"), (answer.Kind, Password(Assert.Single(network.Requests).Body)));
        Assert.Contains(
            log.Entries,
            entry => entry is { EventId: 2006, Level: LogLevel.Error } && entry.Text.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MerchantId", "ANOTHER")]
    [InlineData("BaseUrl", "https://finnet.example")]
    public async Task Another_Merchant_Or_Finnet_Needs_A_Restart(string key, string value)
    {
        using var network = new StubHandler(_ => Answers.Sample());
        var (configuration, client) = Start(FinnetHost.Configuration(), network);

        configuration[$"Finnet:{key}"] = value;
        configuration["Finnet:MerchantPassword"] = "654321";
        ((IConfigurationRoot)configuration).Reload();
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.All(
            network.Requests,
            request => Assert.Equal(("snapstag.finnet.co.id", "123456"), (request.Uri.Host, Password(request.Body))));
        Assert.Single(log.Entries, entry => entry.EventId == 2006 && entry.Text.Contains("needs a restart", StringComparison.Ordinal));
    }

    public void Dispose() => log.Dispose();

    private static string Password(byte[] body) => new FieldCipher(new Secret("1234567890123456"), new Secret("1234567890123456"))
        .Decrypt(JsonSerializer.Deserialize<JsonElement>(body).GetProperty("merchantPass").GetString()!);

    private (IConfiguration Configuration, IFinnetClient Client) Start(IConfiguration configuration, HttpMessageHandler network)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddFinnetClient(configuration).ConfigurePrimaryHttpMessageHandler(() => network);
        return (configuration, services.BuildServiceProvider().GetRequiredService<IFinnetClient>());
    }
}
