namespace Finpay.Linkage.Sandbox.Clock;

/// <summary>Real time plus an offset, so that hours of retries can be played in seconds.</summary>
internal sealed class SandboxClock(TimeProvider inner) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<AdjustableTimer> timers = [];
    private long offsetTicks;

    public TimeProvider Inner => inner;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

    public override long GetTimestamp() => inner.GetTimestamp() + (long)(Offset.TotalSeconds * inner.TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new AdjustableTimer(this, callback, state);
        lock (gate)
            timers.Add(timer);

        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref offsetTicks, by.Ticks);
        AdjustableTimer[] waiting;
        lock (gate)
            waiting = [.. timers.OrderBy(t => t.Due)];

        foreach (var timer in waiting)
            timer.Check();
    }

    /// <summary>Back to real time. A timer that waits for a time ahead of it looks again then.</summary>
    public void Reset() => Interlocked.Exchange(ref offsetTicks, 0);

    internal void Forget(AdjustableTimer timer)
    {
        lock (gate)
            timers.Remove(timer);
    }
}
