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
    /// <summary>
    /// Whether a merchant is in «Production», which <c>Finnet:Environment</c> says; ASPNETCORE_ENVIRONMENT changes only the log format.
    /// </summary>
    public static bool IsProduction(this IConfiguration configuration) => MerchantSection.All(configuration).Any(merchant =>
        string.Equals(configuration[$"{merchant.Path}:Environment"], "Production", StringComparison.OrdinalIgnoreCase));
}

/// <summary>The service can't start. The message is for the operator, complete, and shown without a stack trace.</summary>
public sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    public static SettingsException For(IReadOnlyCollection<string> failures) => new(
        $"Finpay.Linkage can't start: {failures.Count} missing or wrong setting{(failures.Count == 1 ? "" : "s")}.{Environment.NewLine}"
        + string.Join(Environment.NewLine, failures.Select(failure => $"  {failure}")));
}
