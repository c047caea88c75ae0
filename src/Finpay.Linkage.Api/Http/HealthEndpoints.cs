using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Http;

/// <summary>The state of the service.</summary>
/// <param name="Status">healthy or unhealthy.</param>
public sealed record HealthView(string Status);

internal static class HealthEndpoints
{
    private static readonly HealthView Healthy = new("healthy");
    private static readonly HealthView Unhealthy = new("unhealthy");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        group.MapGet("/live", Live).WithSummary("Whether the process answers").DescribeLive();
        group.MapGet("/ready", ReadyAsync).WithSummary("Whether the service can work").DescribeReady();
    }

    private static Ok<HealthView> Live() => TypedResults.Ok(Healthy);

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(StoreHealth store) => await store.IsReadyAsync()
        ? TypedResults.Ok(Healthy)
        : TypedResults.Json(Unhealthy, ApiJson.Shared.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
}
