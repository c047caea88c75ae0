using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Health;

/// <summary>The state of the service.</summary>
/// <param name="Status">healthy or unhealthy.</param>
/// <param name="NotReady">What is not ready: database (it can't be read), writes (they fail), stopping. Absent when healthy.</param>
public sealed record HealthView(string Status, IReadOnlyList<string>? NotReady = null);

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        group.MapGet("/live", Live).WithName("getLiveness").WithSummary("Whether the process answers")
            .WithDescription("Touches nothing: for a restart decision.")
            .WithExample("200", "healthy", "Healthy", "healthy").WithText("200", "The process answers.");
        group.MapMethods("/live", [HttpMethods.Head], Live).ExcludeFromDescription();
        group.MapGet("/ready", ReadyAsync).WithName("getReadiness").WithSummary("Whether the service can work")
            .WithDescription("Reads from the database: for a routing decision.")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable)
            .WithExample("200", "healthy", "Healthy", "healthy").WithText("200", "The service can work.")
            .WithExample("503", "unhealthy", "Unhealthy", "unhealthy")
            .WithText("503", "notReady names why: the database can't be read, writes fail, or the service is stopping.");
        group.MapMethods("/ready", [HttpMethods.Head], ReadyAsync).ExcludeFromDescription();
    }

    private static Ok<HealthView> Live() => TypedResults.Ok(new HealthView("healthy"));

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(
        StoreHealth store, IHostApplicationLifetime lifetime)
    {
        List<string> notReady = [];
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            notReady.Add("stopping");
        if (await store.FindFaultAsync() is { } fault)
            notReady.Add(fault);
        return notReady.Count == 0
            ? TypedResults.Ok(new HealthView("healthy"))
            : TypedResults.Json(new HealthView("unhealthy", notReady), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Whether the service can read and, after a write has failed, write again. It recovers without traffic.</summary>
internal sealed class StoreHealth(IDatabase database, WriteQueue writes, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Statement Read = new("SELECT max(version) FROM schema_version");
    private static readonly Statement Insert = new(
        """
        INSERT INTO notifications (id, received_at, last_received_at, deliveries, disposition, evidence)
        VALUES (@id, 0, 0, 0, 'invalid', '{}')
        """);

    private static readonly Statement Delete = new("DELETE FROM notifications WHERE id = @id");

    private readonly Lock gate = new();
    private Task<string?>? check;

    /// <summary>Answers within 3 s. Callers share a running check: anybody may ask, and each check is work for the database.</summary>
    /// <returns>What fails: database or writes; null when nothing does.</returns>
    public Task<string?> FindFaultAsync()
    {
        lock (gate)
            return check is { IsCompleted: false } ? check : check = CheckAsync();
    }

    private async Task<string?> CheckAsync()
    {
        var underWay = "database";
        try
        {
            // SQLite blocks the calling thread.
            await Task.Run(UseAsync).WaitAsync(Patience, clock);
            return null;
        }
        catch (Exception exception) when (exception is DbException or SocketException or TimeoutException or StoreUnavailableException)
        {
            return underWay;
        }

        async Task UseAsync()
        {
            await Read.QueryAsync(database, reader => reader.GetInt64(0), CancellationToken.None);
            underWay = "writes";
            if (writes.IsFailing)
                await writes.ExecuteAsync("", TryWrite);
        }
    }

    // A full disk refuses the room for a notification: this writes to the same table and indexes, and no reader ever sees the row.
    private static int TryWrite(DbTransaction transaction)
    {
        var id = Guid.NewGuid().ToString();
        Insert.Execute(transaction, ("@id", id));
        return Delete.Execute(transaction, ("@id", id));
    }
}

[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
