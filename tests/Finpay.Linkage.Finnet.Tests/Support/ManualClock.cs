using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>A clock that a test moves. Waits up to <see cref="SkipUpTo"/>, as between retries, pass at once and are remembered.</summary>
internal sealed class ManualClock() : FakeTimeProvider(new DateTimeOffset(2024, 11, 1, 6, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentQueue<TimeSpan> skipped = new();

    public TimeSpan SkipUpTo { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<TimeSpan> Skipped => [.. skipped];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var due = GetUtcNow() + dueTime;
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= SkipUpTo)
        {
            skipped.Enqueue(dueTime);
            // Not on the caller's stack: it does not have its timer yet.
            _ = Task.Run(() => AdvanceTo(due));
        }

        return timer;
    }

    private void AdvanceTo(DateTimeOffset due)
    {
        if (due - GetUtcNow() is var left && left > TimeSpan.Zero)
            Advance(left);
    }
}
