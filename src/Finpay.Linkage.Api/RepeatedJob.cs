namespace Finpay.Linkage.Api;

/// <summary>A job that runs at the start and then again and again. No failure of it ends the service.</summary>
internal abstract class RepeatedJob(TimeSpan interval, TimeProvider clock) : BackgroundService
{
    protected TimeProvider Clock => clock;

    /// <summary>One run.</summary>
    public abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Tells that a run failed; the next one goes on.</summary>
    protected abstract void LogFailed(Exception exception);

    /// <summary>The first run, at the start.</summary>
    protected virtual Task BeginAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (Func<CancellationToken, Task> run = BeginAsync; !stoppingToken.IsCancellationRequested; run = RunAsync)
        {
            try
            {
                await run(stoppingToken);
            }
            catch (Exception exception)
            {
                // A service that ends, perhaps because its start has failed, needs no line about its jobs.
                if (!stoppingToken.IsCancellationRequested)
                    LogFailed(exception);
            }

            await Task.Delay(interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
