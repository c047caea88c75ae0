namespace Finpay.Linkage.Api.Settings;

/// <summary>Collects what is wrong in one section, each by its full key.</summary>
internal sealed class SettingsFailures(string section)
{
    private readonly List<string> failures = [];

    public void Add(string key, string what) => failures.Add($"{section}:{key}: {what}");

    public ValidateOptionsResult ToResult() => failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}

internal static class ProductionSetting
{
    /// <summary>«Production» is what <c>Finnet:Environment</c> says; ASPNETCORE_ENVIRONMENT changes only the log format.</summary>
    public static bool IsProduction(this IConfiguration configuration) =>
        string.Equals(configuration["Finnet:Environment"], "Production", StringComparison.OrdinalIgnoreCase);
}
