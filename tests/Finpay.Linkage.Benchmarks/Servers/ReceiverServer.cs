using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>The merchant's system: takes each event at once, and says on standard input's line how many they were.</summary>
internal static class ReceiverServer
{
    public const string Count = "count";

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var taken = 0L;
        var app = builder.Build();
        app.MapPost("/events", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref taken);
        });
        await app.RunAndSayWhereAsync(
            line => line == Count ? Interlocked.Read(ref taken).ToString(CultureInfo.InvariantCulture) : null);
        return 0;
    }
}
