using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>
/// A clock that a test moves. Waits under two seconds, as between retries, end at once; a timer that repeats waits for the clock.
/// </summary>
public sealed class ManualClock() : FakeTimeProvider(Start)
{
    public static new readonly DateTimeOffset Start = new(2026, 3, 1, 18, 4, 5, 678, TimeSpan.Zero);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<KnownTimer, DateTimeOffset> waiting = new();
    private long adjusted;

    /// <summary>Is told the time before this clock shows it.</summary>
    public Action<DateTimeOffset>? Follower { get; set; }

    /// <inheritdoc cref="FakeTimeProvider.Advance"/>
    public new void Advance(TimeSpan delta)
    {
        Follower?.Invoke(GetUtcNow() + delta);
        base.Advance(delta);
    }

    /// <summary>The clock is set; the monotonic one is not.</summary>
    public new void AdjustTime(DateTimeOffset value)
    {
        adjusted += (value - GetUtcNow()).Ticks;
        base.AdjustTime(value);
    }

    /// <summary>The machine starts anew, and with it the monotonic clock.</summary>
    public void Reboot() => adjusted += TimeSpan.FromDays(10_000).Ticks;

    public override long GetTimestamp() => base.GetTimestamp() - adjusted;

    /// <summary>Somebody waits for it to be moved so far.</summary>
    public bool IsAwaitedIn(TimeSpan time) => waiting.Values.Contains(GetUtcNow() + time);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new KnownTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class KnownTimer : ITimer
    {
        private readonly ManualClock clock;
        private readonly TimerCallback callback;
        private readonly object? state;
        private readonly ITimer timer;

        public KnownTimer(ManualClock clock, TimerCallback callback, object? state)
        {
            (this.clock, this.callback, this.state) = (clock, callback, state);
            timer = clock.CreateFakeTimer(_ => Fire());
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && dueTime < Pause && period == Timeout.InfiniteTimeSpan)
                return ThreadPool.QueueUserWorkItem(_ => Fire());
            var due = clock.GetUtcNow() + dueTime;
            var isChanged = timer.Change(dueTime, period);
            // Only now: a test that sees it moves the clock.
            clock.waiting[this] = due;
            return isChanged;
        }

        public void Dispose()
        {
            clock.waiting.TryRemove(this, out _);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            clock.waiting.TryRemove(this, out _);
            callback(state);
        }
    }

    private ITimer CreateFakeTimer(TimerCallback callback) =>
        base.CreateTimer(callback, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
