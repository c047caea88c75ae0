using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>All that is looked at before the service goes live, in the order of the report. Nothing is changed, and no request leaves.</summary>
internal static class GoLiveCheck
{
    /// <param name="settings">What is to go live.</param>
    /// <param name="clock">This machine's.</param>
    /// <param name="patience">How long Finnet, and how long the database, may take to answer.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(LiveSettings settings, TimeProvider clock, TimeSpan patience)
    {
        (string Check, Func<Task<IEnumerable<Finding>>> Look)[] checks =
        [
            ("settings", Now(() => SettingFindings.OnSettings(settings))),
            ("Finnet", Now(() => FinnetFindings.On(settings))),
            ("connection", () => FinnetConnection.LookAsync(settings, clock, patience)),
            ("callbacks", Now(() => CallbackFindings.OnCallbacks(settings))),
            ("path token", Now(() => SecretFindings.OnPathTokens(settings))),
            ("API keys", Now(() => ApiKeyFindings.On(settings))),
            ("secrets", Now(() => SecretFindings.OnEqualSecrets(settings))),
            ("TLS", Now(() => ListenFindings.On(settings, clock))),
            ("proxies", Now(() => CallbackFindings.OnProxies(settings))),
            ("storage keys", Now(() => SecretFindings.OnStorageKeys(settings))),
            ("database", () => OnStoreAsync(settings, clock, patience)),
            ("clock", Now(() => [ClockFindings.OnKernel(Kernel.IsClockSynchronised())])),
            ("rate limits", Now(() => SettingFindings.OnLimits(settings))),
            ("retention", Now(() => SettingFindings.OnRetention(settings))),
            ("logs", Now(() => SettingFindings.OnLogs(settings))),
            ("Swagger", Now(() => SettingFindings.OnSwagger(settings))),
        ];
        var findings = new List<Finding>();
        foreach (var (check, look) in checks)
        {
            try
            {
                findings.AddRange(await look());
            }
            catch (Exception exception)
            {
                // What nobody foresaw must not hide the other checks. Its message may have anything in it.
                findings.Add(Finding.Failure(check, $"can't be looked at ({exception.GetType().Name})"));
            }
        }

        return findings;

        static Func<Task<IEnumerable<Finding>>> Now(Func<IEnumerable<Finding>> look) => () => Task.FromResult(look());
    }

    private static async Task<IEnumerable<Finding>> OnStoreAsync(LiveSettings settings, TimeProvider clock, TimeSpan patience) =>
        settings.IsWrong("Storage:Provider", "Storage:ConnectionString", "Storage:DataFolder") ? [Finding.Warning(StoreFindings.Check, "not looked at: its settings are wrong")]
        : settings.Storage.Provider == StorageProvider.PostgreSql ? await PostgreSqlFindings.LookAsync(settings, clock, patience)
        : SqliteFindings.On(settings);
}
