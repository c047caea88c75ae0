using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>The limits of the real handler, which no test on loopback can show.</summary>
public sealed class HandlerTests
{
    [Fact]
    public void A_Connection_Has_Half_Of_An_Attempt_And_Does_Not_Outlive_Dns()
    {
        var services = new ServiceCollection();
        var name = services.AddFinnetClient(FinnetHost.Configuration(("AttemptTimeout", "00:00:06"))).Name;
        using var provider = services.BuildServiceProvider();
        HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;

        var sockets = Assert.IsType<SocketsHttpHandler>(handler);
        Assert.Equal(TimeSpan.FromSeconds(3), sockets.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMinutes(5), sockets.PooledConnectionLifetime);
        Assert.True(sockets.EnableMultipleHttp2Connections);
        Assert.Equal(Timeout.InfiniteTimeSpan, provider.GetRequiredService<IHttpClientFactory>().CreateClient(name).Timeout);
    }
}
