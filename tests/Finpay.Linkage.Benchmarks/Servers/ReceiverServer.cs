using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// The merchant's system: takes each event at once, or is away until the line <see cref="Return"/>. The line <see cref="Count"/> asks how
/// many it took.
/// </summary>
internal static class ReceiverServer
{
    public const string Count = "count";
    public const string Return = "return";

    public static async Task<int> RunAsync(bool isAway)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var (taken, back) = (0L, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!isAway)
            back.SetResult();
        var app = builder.Build();
        app.MapPost("/events", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            await back.Task.WaitAsync(request.HttpContext.RequestAborted);
            Interlocked.Increment(ref taken);
        });
        await app.RunAndSayWhereAsync(line =>
        {
            if (line == Return)
                back.TrySetResult();
            return Interlocked.Read(ref taken).ToString(CultureInfo.InvariantCulture);
        });
        return 0;
    }
}
