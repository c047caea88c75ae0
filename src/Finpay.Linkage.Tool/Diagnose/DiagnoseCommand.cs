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
        {
            await call.Error.WriteLineAsync("--received-at must be a time, for example 2026-11-28T10:00:00+07:00.");
            return 2;
        }

        CapturedCallback callback;
        try
        {
            callback = CapturedCallback.Read(await ReadAsync(call), arguments["path"]);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            await call.Error.WriteLineAsync($"{call.File} can't be read: {exception.Message}");
            return 2;
        }

        var options = call.Options<NotificationOptions>(NotificationOptions.SectionName);
        var failures = new NotificationOptionsValidator(call.Builder.Configuration).Validate(null, options).Failures ?? [];
        if (failures.Where(failure => failure.StartsWith("Notifications:Snap:", StringComparison.Ordinal)).ToList() is { Count: > 0 } wrong)
            throw SettingsException.For(wrong);
        var diagnosis = SignatureDiagnosis.Diagnose(options, callback, now);
        await call.Output.WriteAsync(Describe(diagnosis));
        return diagnosis.Passes ? 0 : 1;
    }

    private static async Task<byte[]> ReadAsync(ToolCall call)
    {
        if (call.File != "-")
            return await File.ReadAllBytesAsync(call.File);
        using var bytes = new MemoryStream();
        await call.Input.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static string Describe(Diagnosis diagnosis)
    {
        List<string> lines = [diagnosis.Passes ? "The signature passes." : "The signature does not pass."];
        if (diagnosis.Recipe is { } recipe)
            lines.Add($"recipe: {recipe}");
        if (diagnosis.Key is { } key)
            lines.Add($"key: {key}");
        if (diagnosis.Time is { } time)
            lines.Add($"time: {time}");
        foreach (var (part, found, advice) in diagnosis.Differences)
            lines.Add($"problem: {part} {found}. {advice}");
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }
}
