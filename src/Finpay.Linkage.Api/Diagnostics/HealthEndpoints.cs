using Dapper;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Diagnostics;

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
        group.MapGet("/live", Live).WithName("getLiveness")
            .WithSummary("Whether the process answers").WithDescription("Touches nothing: for a restart decision.").DescribeHealth();
        group.MapGet("/ready", Ready).WithName("getReadiness")
            .WithSummary("Whether the service can work").WithDescription("Reads from the database; 503 when it is gone: for a routing decision.").DescribeHealth("The database is gone.");
    }

    private static Ok<HealthView> Live() => TypedResults.Ok(Healthy);

    private static Results<Ok<HealthView>, JsonHttpResult<HealthView>> Ready(SqliteDatabase database)
    {
        try
        {
            using var connection = database.OpenConnection();
            connection.ExecuteScalar<long>("SELECT max(version) FROM schema_version");
            return TypedResults.Ok(Healthy);
        }
        catch (SqliteException)
        {
            return TypedResults.Json(Unhealthy, ApiJson.Shared.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
