namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>
/// A clock that stands still until a test moves it. Waits of at most <see cref="SkipUpTo"/> pass at once and are remembered,
/// so that retries take no real time.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<TimeSpan> skipped = [];
    private DateTimeOffset now = new(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);

    public TimeSpan SkipUpTo { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<TimeSpan> Skipped
    {
        get
        {
            lock (gate)
                return [.. skipped];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    private void AdvanceTo(DateTimeOffset target)
    {
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                if (due is null)
                {
                    now = target > now ? target : now;
                    return;
                }

                now = due.Due > now ? due.Due : now;
                timers.Remove(due);
            }

            due.Fire();
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock.now + dueTime;
                clock.timers.Add(this);
                if (dueTime > clock.SkipUpTo)
                    return true;
                clock.skipped.Add(dueTime);
            }

            // Not on the caller's stack: it does not have its timer yet.
            _ = Task.Run(() => clock.AdvanceTo(Due));
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
                clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
