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
        var options = call.Options<NotificationOptions>(NotificationOptions.SectionName);
        var failures = new NotificationOptionsValidator(call.Builder.Configuration).Validate(null, options).Failures ?? [];
        if (failures.Where(failure => failure.StartsWith("Notifications:Snap:", StringComparison.Ordinal)).ToList() is { Count: > 0 } wrong)
            throw SettingsException.For(wrong);
        CapturedCallback callback;
        try
        {
            using var bytes = new MemoryStream();
            await using (var file = call.File == "-" ? call.Input : File.OpenRead(call.File))
                await file.CopyToAsync(bytes);
            callback = CapturedCallback.Read(bytes.ToArray(), arguments["path"], options.Snap.SignedPath);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new WrongCallException($"{call.File} can't be read: {exception.Message}", exception);
        }

        var results = Merchants(call, options, KycNotificationReader.Read(callback.Body, charset: null).MerchantId)
            .ConvertAll(one => (one.Names, Result: SignatureDiagnosis.Diagnose(one.Options, callback, now)));
        var several = MerchantSection.All(call.Builder.Configuration).Count > 1;
        var passes = results.Exists(one => one.Result.Passes);
        foreach (var (names, result) in results.Where(one => one.Result.Passes == passes))
        {
            await call.Output.WriteLineAsync(
                (several ? $"{names}: " : "") + (passes ? "The signature passes." : "The signature does not pass."));
            foreach (var line in result.Lines)
                await call.Output.WriteLineAsync(line);
        }

        return passes ? 0 : 1;
    }

    // Those that have the same keys are looked at together. The signature of another merchant than the body names does not count.
    private static List<(string Names, NotificationOptions Options)> Merchants(
        ToolCall call, NotificationOptions common, string? merchantId)
    {
        var sections = MerchantSection.All(call.Builder.Configuration);
        var named = sections.Where(section => call.Builder.Configuration[$"{section.Path}:MerchantId"] == merchantId).ToList();
        var merchants = (named.Count > 0 ? named : sections).Select(section =>
            (section.Name, Own: call.Options<MerchantNotificationOptions>(section.Notifications)));
        return [.. merchants.GroupBy(merchant => merchant.Own.Over(common.Snap)).Select(same =>
        {
            var options = new NotificationOptions { Snap = same.Key };
            foreach (var token in same.SelectMany(merchant => merchant.Own.PathTokens).Concat(common.PathTokens))
                options.PathTokens.Add(token);
            return (string.Join(", ", same.Select(merchant => merchant.Name)), options);
        })];
    }
}
