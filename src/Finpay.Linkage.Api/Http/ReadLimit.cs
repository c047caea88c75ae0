namespace Finpay.Linkage.Api.Http;

/// <summary>Bounds the requests that read from the database: they share a few connections, whoever makes them.</summary>
internal sealed class ReadLimit(TimeProvider clock, int atOnce = ReadLimit.AtOnce, int most = ReadLimit.Most) : IDisposable
{
    /// <summary>At the same time. A pool of PostgreSQL's has four more connections, for writers, the probe and retention.</summary>
    public const int AtOnce = 16;

    /// <summary>Those that run and those that wait; the next one is refused at once.</summary>
    public const int Most = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim free = new(atOnce);
    private int inside;

    public async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref inside) > most || !await EntersAsync(context.HttpContext.RequestAborted))
                return new ProblemResult(
                    ProblemKind.StoreUnavailable.Build("Too many requests read at the same time. Repeat the call after Retry-After."),
                    RetryAfter);
            try
            {
                return await next(context);
            }
            finally
            {
                free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref inside);
        }
    }

    public void Dispose() => free.Dispose();

    private async Task<bool> EntersAsync(CancellationToken aborted)
    {
        if (free.Wait(0, CancellationToken.None))
            return true;
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            await free.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return false;
        }
    }
}

internal static class ReadLimitExtensions
{
    public static RouteHandlerBuilder LimitReads(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(
        (context, next) => context.HttpContext.RequestServices.GetRequiredService<ReadLimit>().RunAsync(context, next));
}
