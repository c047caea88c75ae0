using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Audit;

/// <summary>Configuration section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>Lines of the audit trail are removed after so many days; 0: never.</summary>
    public int RetentionDays { get; set; } = 1095;
}

internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var failures = new SettingsFailures(AuditOptions.SectionName);
        if (options.RetentionDays is < 0 or > 36_500)
            failures.Add(nameof(options.RetentionDays), "must be from 0 (for ever) to 36500");
        return failures.ToResult();
    }
}
