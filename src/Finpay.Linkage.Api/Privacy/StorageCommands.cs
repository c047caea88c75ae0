using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>The commands on stored personal data. Each ends with one line and an exit code.</summary>
internal static class StorageCommands
{
    public static Task<int> WriteRedactionsAsync(string[] args) => RunAsync(args, "redactions", async (store, file) =>
        ($"{await RedactionList.WriteAsync(store, file)} redactions written to {file}.", 0));

    public static Task<int> RedactAsync(string[] args) => RunAsync(args, "redact", async (store, file) =>
    {
        var (redacted, unknown) = await RedactionList.ApplyAsync(store, file);
        return store.Database.TryErase()
            ? ($"{redacted} redacted, {unknown} unknown.", 0)
            : ($"{redacted} redacted, {unknown} unknown. The write-ahead log, which still has their content, is in use: run the command again.", 1);
    });

    public static async Task<int> ReencryptAsync(string[] settings) => await RunAsync(["", .. settings], "reencrypt", async (store, _) =>
    {
        var (rows, unreadable) = await new Reencryption(store.Database, store.Writes, store.Keys).RunAsync();
        return unreadable == 0
            ? ($"{rows} rows re-encrypted: everything is under the newest key.", 0)
            : ($"{rows} rows re-encrypted. {unreadable} values can't be read with the configured keys and stay as they are.", 1);
    });

    private static async Task<int> RunAsync(string[] args, string name, Func<OpenStore, string, Task<(string Message, int ExitCode)>> work)
    {
        if (args is not [var file, .. var settings] || file.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"Say which file: {name} FILE. Settings may follow as --Section:Key=value.");
            return 2;
        }

        try
        {
            using var store = OpenStore.Open(settings);
            var (message, exitCode) = await work(store, file);
            await (exitCode == 0 ? Console.Out : Console.Error).WriteLineAsync(message);
            return exitCode;
        }
        catch (Exception exception) when (exception is SettingsException or StoreUnavailableException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
