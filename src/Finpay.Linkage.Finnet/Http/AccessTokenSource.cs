using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// The B2B access token: fetched when it is first needed, kept, fetched anew shortly before it ends, one fetch at a time however many wait for it.
/// </summary>
internal sealed partial class AccessTokenSource(AccessTokenClient client, IOptions<FinnetOptions> options, TimeProvider clock, ILogger<AccessTokenSource> logger)
{
    // A fetch ahead of time that failed is not tried again with every call.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private AccessToken? current;
    private Task<AccessToken>? fetching;

    /// <summary>A token that holds now.</summary>
    /// <exception cref="FinnetException">There is none: <see cref="FinnetFailure.NotSent"/> or <see cref="FinnetFailure.Busy"/>.</exception>
    public Task<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (current is { } fresh && now < fresh.RefreshAt)
                return Task.FromResult(fresh);
            // Its own task: what one caller cancels, the others still wait for.
            fetching ??= Task.Run(FetchAsync, CancellationToken.None);
            // The old one serves while the next one is on its way.
            return current is { } last && now < last.ExpiresAt ? Task.FromResult(last) : fetching.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Finnet does not take this one any more. Who says it late does not take away its successor.</summary>
    public void Drop(AccessToken refused)
    {
        lock (gate)
        {
            if (ReferenceEquals(current, refused))
                current = null;
        }
    }

    private async Task<AccessToken> FetchAsync()
    {
        AccessToken? token = null;
        try
        {
            // Ends by itself, whoever waits.
            using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, clock);
            token = await client.FetchAsync(timeout.Token).ConfigureAwait(false);
            LogFetched((long)(token.ExpiresAt - clock.GetUtcNow()).TotalSeconds);
            return token;
        }
        catch (FinnetException exception)
        {
            LogFailed(exception.Failure, exception.ResponseCode?.ToString() ?? "none");
            throw;
        }
        finally
        {
            lock (gate)
            {
                fetching = null;
                current = token ?? (current is null ? null : current with { RefreshAt = clock.GetUtcNow() + PauseAfterFailure });
            }
        }
    }

    [LoggerMessage(EventId = 2003, Level = LogLevel.Information, Message = "Finnet access token fetched, good for {Seconds} s")]
    private partial void LogFetched(long seconds);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "Finnet access token not fetched: {Failure}, code {ResponseCode}")]
    private partial void LogFailed(FinnetFailure failure, string responseCode);
}
