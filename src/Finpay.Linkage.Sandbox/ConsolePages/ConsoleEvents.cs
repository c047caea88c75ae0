using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Finpay.Linkage.Sandbox.Clock;

namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>The event stream of an open console: one short event per change; the page then fetches the data.</summary>
internal sealed class ConsoleEvents(ChangeSignal changes, SandboxClock clock, IHostApplicationLifetime lifetime)
{
    public const int MostStreams = 32;

    // A stream ends after this time, so that dead clients are dropped; a browser opens the next one by itself.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);

    private int open;

    public IResult Open(HttpContext http)
    {
        if (OwnPagesOnly.IsForeign(http.Request))
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);

        if (Interlocked.Increment(ref open) > MostStreams)
        {
            Interlocked.Decrement(ref open);
            http.Response.Headers.RetryAfter = "5";
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        http.Response.OnCompleted(() =>
        {
            Interlocked.Decrement(ref open);
            return Task.CompletedTask;
        });
        return TypedResults.ServerSentEvents(StreamAsync(http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<long>> StreamAsync([EnumeratorCancellation] CancellationToken aborted)
    {
        // Real time, because an advance of the sandbox clock must not end the streams.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        using var tooOld = new CancellationTokenSource(Lifetime, clock.Inner);
        while (true)
        {
            var (version, next) = changes.Now();
            yield return new SseItem<long>(version, "changed") { ReconnectionInterval = ReconnectAfter };
            while (await WaitAsync(next, tooOld.Token, end.Token) is { } happened)
            {
                if (happened)
                    break;

                yield return new SseItem<long>(version, "alive");
            }

            if (end.IsCancellationRequested || tooOld.IsCancellationRequested)
                yield break;
        }
    }

    /// <summary>True after a change, false when a keep-alive is due, null when the stream ends.</summary>
    private async Task<bool?> WaitAsync(Task next, CancellationToken tooOld, CancellationToken end)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooOld, end);
        try
        {
            await next.WaitAsync(SignOfLife, clock.Inner, either.Token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
