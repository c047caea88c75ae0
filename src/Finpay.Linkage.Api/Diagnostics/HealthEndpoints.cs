using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>The state of the service.</summary>
/// <param name="Status">healthy or unhealthy.</param>
public sealed record HealthView(string Status);

internal static class HealthEndpoints
{
    // Who asks waits for seconds at most; a silent database holds a query for longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private static readonly HealthView Healthy = new("healthy");
    private static readonly HealthView Unhealthy = new("unhealthy");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        group.MapGet("/live", Live).WithSummary("Whether the process answers").DescribeLive();
        group.MapGet("/ready", ReadyAsync).WithSummary("Whether the service can work").DescribeReady();
    }

    private static Ok<HealthView> Live() => TypedResults.Ok(Healthy);

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(IDatabase database, TimeProvider clock)
    {
        try
        {
            await ReadAsync(database).WaitAsync(Patience, clock);
            return TypedResults.Ok(Healthy);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return TypedResults.Json(Unhealthy, ApiJson.Shared.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    // Ends by itself, whoever waits for it.
    private static async Task ReadAsync(IDatabase database)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteScalarAsync<long>("SELECT max(version) FROM schema_version");
    }
}
