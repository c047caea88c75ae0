using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Tool.Data;

/// <summary>The commands on stored data. Each ends with one line.</summary>
internal static class StorageCommands
{
    // Half a minute: a busy service rarely has no reader.
    private const int ErasingTries = 600;

    public static async Task<int> BackUpAsync(ToolCall call)
    {
        var bytes = SqliteBackup.Write(call.Options<StorageOptions>(StorageOptions.SectionName), call.File);
        await call.Output.WriteLineAsync(
            $"Copied to {Path.GetFullPath(call.File)}, {bytes} bytes. Keep the storage keys elsewhere: without them nobody can read it.");
        return 0;
    }

    public static Task<int> WriteRedactionsAsync(ToolCall call) => RunAsync(call, async (database, _, _) =>
        ($"{await RedactionList.WriteAsync(database, call.File)} redactions written to {call.File}.", 0));

    public static Task<int> RedactAsync(ToolCall call) => RunAsync(call, async (database, writes, _) =>
    {
        var (redacted, unknown) = await RedactionList.ApplyAsync(writes, call.File);
        return await database.EraseAsync(TimeProvider.System, ErasingTries)
            ? ($"{redacted} redacted, {unknown} unknown.", 0)
            : ($"{redacted} redacted, {unknown} unknown. The write-ahead log is in use and still has their content: run it again.", 1);
    });

    public static Task<int> ReencryptAsync(ToolCall call) => RunAsync(call, async (database, writes, options) =>
    {
        var keys = StorageKeys.LoadFor(database, options.Encryption, NullLogger.Instance);
        var (rows, unreadable) = await new Reencryption(database, writes, keys).RunAsync();
        return unreadable == 0
            ? ($"{rows} rows re-encrypted: everything is under the newest key.", 0)
            : ($"{rows} rows re-encrypted. {unreadable} values can't be read with the configured keys and stay as they are.", 1);
    });

    // SQLite's file is opened beside a service that may be running.
    private static async Task<int> RunAsync(
        ToolCall call, Func<IDatabase, WriteQueue, StorageOptions, Task<(string Message, int ExitCode)>> work)
    {
        var options = call.Options<StorageOptions>(StorageOptions.SectionName);
        if (new StorageOptionsValidator(call.Builder.Configuration).Validate(null, options) is { Failed: true } wrong)
            throw SettingsException.For([.. wrong.Failures]);
        using IDatabase database = options.Provider == StorageProvider.PostgreSql
            ? PostgreSqlDatabase.OpenBeside(options)
            : SqliteDatabase.OpenBeside(options);
        // A command that needs no key may be called without any; but keys that do not fit are those of another database.
        if (options.Encryption is { Keys.Count: > 0, LookupKey: not null })
            KeyChecks.Compare(database, StorageKeys.Load(options.Encryption, databaseFolder: null, NullLogger.Instance));
        using var writes = new WriteQueue(
            database, TimeProvider.System, NullLogger<WriteQueue>.Instance, patience: TimeSpan.FromMinutes(5));
        var (message, exitCode) = await work(database, writes, options);
        await (exitCode == 0 ? call.Output : call.Error).WriteLineAsync(message);
        return exitCode;
    }
}
