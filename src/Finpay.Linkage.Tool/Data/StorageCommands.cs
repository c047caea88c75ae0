using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Tool.Data;

/// <summary>The commands on stored data. Each ends with one line.</summary>
internal static class StorageCommands
{
    public static async Task<int> BackUpAsync(ToolCall call)
    {
        var bytes = SqliteBackup.Write(call.Options<StorageOptions>(StorageOptions.SectionName), call.File);
        await call.Output.WriteLineAsync(
            $"Copied to {Path.GetFullPath(call.File)}, {bytes} bytes. Keep the storage keys elsewhere: without them nobody can read it.");
        return 0;
    }

    public static Task<int> WriteRedactionsAsync(ToolCall call) => RunAsync(call, async store =>
        ($"{await RedactionList.WriteAsync(store, call.File)} redactions written to {call.File}.", 0));

    public static Task<int> RedactAsync(ToolCall call) => RunAsync(call, async store =>
    {
        var (redacted, unknown) = await RedactionList.ApplyAsync(store, call.File);
        return store.Database.TryErase()
            ? ($"{redacted} redacted, {unknown} unknown.", 0)
            : ($"{redacted} redacted, {unknown} unknown. The write-ahead log is in use and still has their content: run it again.", 1);
    });

    public static Task<int> ReencryptAsync(ToolCall call) => RunAsync(call, async store =>
    {
        var (rows, unreadable) = await new Reencryption(store.Database, store.Writes, store.Keys).RunAsync();
        return unreadable == 0
            ? ($"{rows} rows re-encrypted: everything is under the newest key.", 0)
            : ($"{rows} rows re-encrypted. {unreadable} values can't be read with the configured keys and stay as they are.", 1);
    });

    private static async Task<int> RunAsync(ToolCall call, Func<OpenStore, Task<(string Message, int ExitCode)>> work)
    {
        using var store = OpenStore.Open(call);
        var (message, exitCode) = await work(store);
        await (exitCode == 0 ? call.Output : call.Error).WriteLineAsync(message);
        return exitCode;
    }
}
