namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>Finpay's known schedule (contract, section 4): five retries, each timed from the attempt before it.</summary>
internal static class RetrySchedule
{
    private static readonly int[] Minutes = [1, 5, 15, 30, 60];

    public static DateTimeOffset? Next(int attemptsMade, DateTimeOffset lastAttempt) =>
        attemptsMade <= Minutes.Length ? lastAttempt.AddMinutes(Minutes[attemptsMade - 1]) : null;
}
