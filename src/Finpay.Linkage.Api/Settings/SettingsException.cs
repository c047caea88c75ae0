namespace Finpay.Linkage.Api.Settings;

/// <summary>The service can't start. The message is for the operator, complete, and shown without a stack trace.</summary>
public sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    public static SettingsException For(IReadOnlyCollection<string> failures) => new(
        $"Finpay.Linkage can't start: {failures.Count} missing or wrong setting{(failures.Count == 1 ? "" : "s")}.{Environment.NewLine}"
        + string.Join(Environment.NewLine, failures.Select(failure => $"  {failure}")));
}
