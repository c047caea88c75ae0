namespace Finpay.Linkage.Tool.Check;

/// <summary>The command <c>check</c>: looks at everything before the service goes live. It changes nothing and sends no request.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(ToolCall call)
    {
        var report = await RunAsync(new LiveSettings(call.Builder.Configuration, call.Builder.Environment), TimeProvider.System, Patience);
        await call.Output.WriteAsync(report.ToString());
        return report.HasFailure ? 1 : 0;
    }

    /// <summary>Finnet and the database each have <paramref name="patience"/> to answer.</summary>
    public static async Task<Report> RunAsync(LiveSettings settings, TimeProvider clock, TimeSpan patience)
    {
        var report = new Report();
        (string Check, Func<Task> Run)[] checks =
        [
            ("settings", Now(SettingChecks.Settings)),
            ("Finnet", Now(SettingChecks.Finnet)),
            ("connection", () => ConnectionCheck.RunAsync(settings, report, clock, patience)),
            ("events", () => ConnectionCheck.RunEventsAsync(settings, report, clock, patience)),
            ("callbacks", Now(SettingChecks.Callbacks)),
            ("proxies", Now(SettingChecks.Proxies)),
            ("API keys", Now(SecretChecks.ApiKeys)),
            ("secrets", Now(SecretChecks.Secrets)),
            ("TLS", Now((_, _) => TlsCheck.Run(settings, report, clock))),
            ("database", () => StoreChecks.RunAsync(settings, report, clock, patience)),
            ("rate limits", Now(SettingChecks.RateLimits)),
            ("logs", Now(SettingChecks.Logs)),
        ];
        foreach (var (check, run) in checks)
        {
            try
            {
                await run();
            }
            catch (Exception exception)
            {
                // An unforeseen failure must not hide the other checks. Its message may contain anything, so it is not shown.
                report.Fail(check, $"can't be checked ({exception.GetType().Name})");
            }
        }

        return report;

        Func<Task> Now(Action<LiveSettings, Report> run) => () => Task.Run(() => run(settings, report));
    }
}
