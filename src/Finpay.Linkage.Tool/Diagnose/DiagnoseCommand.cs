using System.Globalization;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>The command <c>diagnose</c>.</summary>
internal static class DiagnoseCommand
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        // From the arguments alone: PATH is in every environment.
        var arguments = new ConfigurationBuilder().AddCommandLine(call.Settings).Build();
        var now = TimeProvider.System.GetUtcNow();
        if (arguments["received-at"] is { } text
            && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out now))
            throw new WrongCallException("--received-at must be a time, for example 2026-11-28T10:00:00+07:00.");
        CapturedCallback callback;
        try
        {
            using var bytes = new MemoryStream();
            await using (var file = call.File == "-" ? call.Input : File.OpenRead(call.File))
                await file.CopyToAsync(bytes);
            callback = CapturedCallback.Read(bytes.ToArray(), arguments["path"]);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new WrongCallException($"{call.File} can't be read: {exception.Message}", exception);
        }

        var options = call.Options<NotificationOptions>(NotificationOptions.SectionName);
        var failures = new NotificationOptionsValidator(call.Builder.Configuration).Validate(null, options).Failures ?? [];
        if (failures.Where(failure => failure.StartsWith("Notifications:Snap:", StringComparison.Ordinal)).ToList() is { Count: > 0 } wrong)
            throw SettingsException.For(wrong);
        var (passes, lines) = SignatureDiagnosis.Diagnose(options, callback, now);
        await call.Output.WriteLineAsync(passes ? "The signature passes." : "The signature does not pass.");
        foreach (var line in lines)
            await call.Output.WriteLineAsync(line);
        return passes ? 0 : 1;
    }
}
