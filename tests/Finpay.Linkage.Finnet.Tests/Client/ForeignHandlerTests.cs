using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Handlers that the host gives to all of its clients never send a request of this one again.</summary>
public sealed class ForeignHandlerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Default_Handler_That_Retries_Is_Removed_Wherever_It_Was_Registered(bool first)
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        var services = new ServiceCollection();
        services.AddLogging();
        if (first)
            services.ConfigureHttpClientDefaults(AddRetries);
        services.AddFinnetClient(FinnetHost.Configuration()).ConfigurePrimaryHttpMessageHandler(() => network);
        if (!first)
            services.ConfigureHttpClientDefaults(AddRetries);
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<FinnetClient>().RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal((FinnetAnswerKind.Unclear, 1), (answer.Kind, network.Requests.Count));
    }

    [Fact]
    public async Task Another_Client_Of_The_Host_Keeps_It()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(AddRetries);
        services.AddFinnetClient(FinnetHost.Configuration());
        services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(() => network);
        await using var provider = services.BuildServiceProvider();

        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("other");
        using var content = new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync(new Uri("https://other.example/"), content);

        Assert.Equal(3, network.Requests.Count);
    }

    [Fact]
    public async Task A_Default_Time_Limit_Is_Removed_Too()
    {
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(builder => builder.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(1)));
        var name = services.AddFinnetClient(FinnetHost.Configuration()).Name;
        await using var provider = services.BuildServiceProvider();

        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);

        Assert.Equal(Timeout.InfiniteTimeSpan, http.Timeout);
    }

    [Fact]
    public async Task A_Handler_Of_This_Clients_Own_Stays()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        var services = new ServiceCollection();
        services.AddLogging();
        var builder = services.AddFinnetClient(FinnetHost.Configuration());
        builder.ConfigurePrimaryHttpMessageHandler(() => network);
        AddRetries(builder);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<FinnetClient>().RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Equal(3, network.Requests.Count);
    }

    private static void AddRetries(IHttpClientBuilder builder) => builder.AddHttpMessageHandler(() => new RetryingHandler());

    private sealed class RetryingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await base.SendAsync(request, cancellationToken);
            await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
