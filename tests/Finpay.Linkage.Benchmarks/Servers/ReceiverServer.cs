using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// The merchant's system. It takes each event at once, or answers none while it is away. Lines on standard input make it leave and return;
/// each line is answered by how many events it took.
/// </summary>
internal static class ReceiverServer
{
    public const string Count = "count";
    public const string Leave = "leave";
    public const string Return = "return";

    private static TaskCompletionSource back = New();

    public static async Task<int> RunAsync(bool isAway)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (!isAway)
            back.SetResult();
        var taken = 0L;
        var app = builder.Build();
        app.MapPost("/events", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            await Volatile.Read(ref back).Task.WaitAsync(request.HttpContext.RequestAborted);
            Interlocked.Increment(ref taken);
        });
        await app.RunAndSayWhereAsync(line =>
        {
            if (line == Return)
                Volatile.Read(ref back).TrySetResult();
            else if (line == Leave)
                Volatile.Write(ref back, New());
            return Interlocked.Read(ref taken).ToString(CultureInfo.InvariantCulture);
        });
        return 0;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
