using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>The limits of the real handler, which no test on loopback can show.</summary>
public sealed class HandlerTests
{
    [Fact]
    public void A_Connection_Has_Half_Of_An_Attempt_And_Does_Not_Outlive_Dns()
    {
        using var provider = Build(("AttemptTimeout", "00:00:06"));
        var sockets = HandlerOf(provider);
        Assert.Equal(TimeSpan.FromSeconds(3), sockets.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMinutes(5), sockets.PooledConnectionLifetime);
        Assert.True(sockets.EnableMultipleHttp2Connections);
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(FinnetClient));
        Assert.Equal(Timeout.InfiniteTimeSpan, http.Timeout);
    }

    /// <summary>The environment's proxy is for what lies outside of this machine.</summary>
    [Theory]
    [InlineData("http://localhost:5090", false)]
    [InlineData("http://127.0.0.1:5090", false)]
    [InlineData("http://[::1]:5090", false)]
    [InlineData("https://localhost", false)]
    [InlineData("https://localhost.example", true)]
    [InlineData(null, true)]
    public void A_Proxy_Is_Not_Used_For_This_Machine(string? url, bool used)
    {
        using var provider = Build(("BaseUrl", url));
        Assert.Equal(used, HandlerOf(provider).UseProxy);
    }

    private static ServiceProvider Build(params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddFinnetClient(FinnetHost.Configuration(settings));
        return services.BuildServiceProvider();
    }

    private static SocketsHttpHandler HandlerOf(ServiceProvider provider)
    {
        HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(nameof(FinnetClient));
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;
        return Assert.IsType<SocketsHttpHandler>(handler);
    }
}
