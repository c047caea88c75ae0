using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Health;

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
        group.MapGet("/live", Live).WithName("getLiveness").WithSummary("Whether the process answers")
            .WithDescription("Touches nothing: for a restart decision.")
            .WithExample("200", "healthy", "Healthy", "healthy").WithText("200", "The process answers.");
        group.MapGet("/ready", ReadyAsync).WithName("getReadiness").WithSummary("Whether the service can work")
            .WithDescription("Reads from the database: for a routing decision.")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable)
            .WithExample("200", "healthy", "Healthy", "healthy").WithText("200", "The service can work.")
            .WithExample("503", "unhealthy", "Unhealthy", "unhealthy").WithText("503", "The database is gone.");
    }

    private static Ok<HealthView> Live() => TypedResults.Ok(Healthy);

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(StoreHealth store) =>
        await store.IsReadyAsync()
            ? TypedResults.Ok(Healthy)
            : TypedResults.Json(Unhealthy, HealthJson.Shared.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
}

[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext
{
    public static HealthJson Shared { get; } = new(LinkageJson.Options);
}
