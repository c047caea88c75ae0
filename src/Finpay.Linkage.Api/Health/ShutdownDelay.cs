using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Health;

/// <summary>Configuration section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string SectionName = "Shutdown";

    /// <summary>After SIGTERM: unready but still serving, for so long.</summary>
    public TimeSpan Delay { get; set; }
}

internal sealed class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>
{
    public ValidateOptionsResult Validate(string? name, ShutdownOptions options)
    {
        var failures = new SettingsFailures(ShutdownOptions.SectionName);
        if (options.Delay < TimeSpan.Zero || options.Delay > TimeSpan.FromMinutes(10))
            failures.Add(nameof(options.Delay), "must be from 00:00:00 to 00:10:00");
        return failures.ToResult();
    }
}

/// <summary>Delays the stop until load balancers have noticed that this instance is unready.</summary>
internal sealed class ShutdownDelay(IOptions<ShutdownOptions> options, IOptions<HostOptions> host, TimeProvider clock)
    : IHostedLifecycleService
{
    private Task? delay;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Its 30 s are for the calls under way, which come after the delay.
        host.Value.ShutdownTimeout += options.Value.Delay;
        return Task.CompletedTask;
    }

    // Called before the server and the background jobs are stopped; again when the stopped host is stopped once more.
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        delay ??= Task.Delay(options.Value.Delay, clock, CancellationToken.None);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
