using System.Collections.Concurrent;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.ConsolePages;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>Sends notifications when they are due on the sandbox clock, but none before <see cref="CallbackUrl"/> is known.</summary>
internal sealed partial class NotificationSender : IDisposable
{
    private readonly SessionStore store;
    private readonly SessionFiles files;
    private readonly SandboxClock clock;
    private readonly MerchantCallback callback;
    private readonly ChangeSignal changes;
    private readonly ILogger<NotificationSender> logger;
    private readonly ConcurrentDictionary<Task, string> running = new();
    private readonly SemaphoreSlim advancing = new(1);
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private Uri? callbackUrl;

    public NotificationSender(
        SessionStore store, SessionFiles files, SandboxClock clock, MerchantCallback callback, ChangeSignal changes,
        ILogger<NotificationSender> logger)
    {
        (this.store, this.files, this.clock, this.callback, this.changes, this.logger) = (store, files, clock, callback, changes, logger);
        timer = clock.CreateTimer(_ => SendDue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Uri? CallbackUrl
    {
        get => callbackUrl;
        set
        {
            callbackUrl = value;
            SendDue();
        }
    }

    /// <summary>Starts everything that is due and sets the timer for the rest.</summary>
    public void SendDue()
    {
        lock (gate)
        {
            if (callbackUrl is not { } target)
                return;

            foreach (var (session, notification) in store.TakeDue(clock.GetUtcNow()))
            {
                var task = Task.Run(() => SendAsync(target, session, notification));
                running[task] = session.Uuid;
                _ = task.ContinueWith(done => running.TryRemove(done, out string? _), TaskScheduler.Default);
            }

            if (store.NextDue is { } next)
                timer.Change(TimeSpan.FromTicks(Math.Max(1, (next - clock.GetUtcNow()).Ticks)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Completes when everything that is being sent (for that session, or at all) has been answered or has failed.</summary>
    public async Task IdleAsync(string? uuid = null)
    {
        while (Unfinished() is { Count: > 0 } tasks)
            await Task.WhenAll(tasks);

        List<Task> Unfinished() =>
            [.. running.Where(r => uuid is null || r.Value == uuid).Select(r => r.Key).Where(t => !t.IsCompleted)];
    }

    /// <summary>Moves the clock from one due time to the next, so that each attempt is made, and recorded, at its own time.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await advancing.WaitAsync();
        try
        {
            var target = clock.GetUtcNow() + by;
            while (CallbackUrl is not null && store.NextDue is { } next && next <= target)
            {
                MoveTo(next);
                SendDue();
                await IdleAsync();
            }

            MoveTo(target);
            await IdleAsync();
            files.SaveClockOffset(clock.Offset);
        }
        finally
        {
            changes.Raise();
            advancing.Release();
        }
    }

    /// <summary>Takes every advance back. What was sent and decided meanwhile stays so.</summary>
    public async Task BackToRealTimeAsync()
    {
        await advancing.WaitAsync();
        try
        {
            clock.Reset();
            files.SaveClockOffset(clock.Offset);
            SendDue();
        }
        finally
        {
            changes.Raise();
            advancing.Release();
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        advancing.Dispose();
    }

    private void MoveTo(DateTimeOffset time)
    {
        if (time - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
            clock.Advance(left);
    }

    private async Task SendAsync(Uri target, Session session, Notification notification)
    {
        try
        {
            var result = await callback.AttemptAsync(target, session, notification);
            store.Return(session.Uuid, result);
            LogAttempt(
                logger, notification.Id, session.PartnerReferenceNo, result.Attempts.Count, result.Attempts[^1].Status, result.State);
            SendDue();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRecorded(logger, e, notification.Id);
        }
    }

    [LoggerMessage(5001, LogLevel.Information, "Notification {Id} for {Reference}: attempt {Attempt}, status {Status}, {State}")]
    private static partial void LogAttempt(
        ILogger logger, string id, string reference, int attempt, int? status, NotificationState state);

    [LoggerMessage(5002, LogLevel.Error, "Notification {Id} was sent but could not be recorded")]
    private static partial void LogNotRecorded(ILogger logger, Exception exception, string id);
}
