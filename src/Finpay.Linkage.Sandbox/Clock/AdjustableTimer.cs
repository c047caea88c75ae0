namespace Finpay.Linkage.Sandbox.Clock;

/// <summary>A timer that fires when its clock passes the due time, by real time or by <see cref="SandboxClock.Advance"/>.</summary>
internal sealed class AdjustableTimer : ITimer
{
    // Timers of the framework wait 49 days at most, so a longer wait is split into days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly SandboxClock clock;
    private readonly TimerCallback callback;
    private readonly object? state;
    private readonly ITimer innerTimer;
    private TimeSpan period = Timeout.InfiniteTimeSpan;
    private bool disposed;

    public AdjustableTimer(SandboxClock clock, TimerCallback callback, object? state)
    {
        (this.clock, this.callback, this.state) = (clock, callback, state);
        innerTimer = clock.Inner.CreateTimer(_ => Check(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset? Due { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            if (disposed)
                return false;

            this.period = period;
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
        }

        if (dueTime == TimeSpan.Zero)
            ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Check(), this, preferLocal: false);
        else
            Check();

        return true;
    }

    public void Check()
    {
        lock (gate)
        {
            if (disposed || Due is not { } due)
                return;

            var left = due - clock.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                innerTimer.Change(left < LongestWait ? left + TimeSpan.FromMilliseconds(1) : LongestWait, Timeout.InfiniteTimeSpan);
                return;
            }

            Due = period > TimeSpan.Zero ? clock.GetUtcNow() + period : null;
            if (Due is not null)
                innerTimer.Change(period, Timeout.InfiniteTimeSpan);
        }

        callback(state);
    }

    public void Dispose()
    {
        lock (gate)
            disposed = true;

        clock.Forget(this);
        innerTimer.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
