namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>Time that never passes by itself; a sandbox clock on top of it moves only when a test moves it.</summary>
internal sealed class FrozenTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NeverTimer();

    private sealed class NeverTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
