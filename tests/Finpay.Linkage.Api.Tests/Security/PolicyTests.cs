using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Security;

/// <summary>Every route declares who may call it, so that no route is open by mistake.</summary>
public sealed class PolicyTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] OpenRoutes =
    [
        "/browser/v1/account-upgrade", "/browser/v1/account-upgrade/events", "/browser/v1/linkage.js", "/callbacks/finnet/kyc",
        "/callbacks/finnet/kyc/{token}", "/health/live", "/health/ready",
    ];

    private IReadOnlyList<RouteEndpoint> Routes => [.. host.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()];

    [Fact]
    public void Every_Route_Of_V1_Names_A_Policy_Of_Its_Own()
    {
        var routes = Routes.Where(route => Pattern(route).StartsWith("/v1", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(routes);
        // The first policy is that of the group, which protects a route even without this test.
        Assert.All(routes, route => Assert.True(
            route.Metadata.GetOrderedMetadata<IAuthorizeData>().Count >= 2, $"{route.DisplayName} does not say who may call it."));
        Assert.All(routes, route => Assert.Null(route.Metadata.GetMetadata<IAllowAnonymous>()));
    }

    [Fact]
    public void No_Other_Route_Is_Open_But_These() =>
        Assert.Equal(OpenRoutes, Routes.Select(Pattern)
            .Where(pattern => !pattern.StartsWith("/v1", StringComparison.Ordinal) && pattern != "/metrics")
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Pattern(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');
}
