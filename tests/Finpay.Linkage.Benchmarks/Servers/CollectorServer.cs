namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>A collector (OTLP over HTTP) that reads and forgets, as the line of arguments says: well, slow, or full.</summary>
internal static class CollectorServer
{
    public const string Slow = "slow";
    public const string Full = "full";

    // Less than the ten seconds after which the exporter gives up.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string mood)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            if (mood == Slow)
                await Task.Delay(Delay, context.RequestAborted);
            if (mood == Full)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.RunAndSayWhereAsync();
        return 0;
    }
}
