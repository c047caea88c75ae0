using System.Data.Common;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Tool.Check;
using Finpay.Linkage.Tool.Data;
using Finpay.Linkage.Tool.Diagnose;

namespace Finpay.Linkage.Tool;

/// <summary>One call of a command.</summary>
/// <param name="File">The file that it names; empty when the command takes none.</param>
/// <param name="Settings">The arguments after it, <c>--Section:Key=value</c>.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Output">For what was asked for.</param>
/// <param name="Error">For what went wrong.</param>
internal sealed record ToolCall(string File, string[] Settings, Stream Input, TextWriter Output, TextWriter Error)
{
    /// <summary>Reads settings as the service does: appsettings.json, environment, arguments.</summary>
    public WebApplicationBuilder Builder { get; } = WebApplication.CreateBuilder(Settings);

    /// <exception cref="SettingsException">A value can't be read.</exception>
    public T Options<T>(string section)
        where T : class, new()
    {
        var wrong = new List<(string Key, string What)>();
        var options = SettingsCheck.Read<T>(Builder.Configuration, section, wrong);
        return wrong.Count == 0 ? options : throw SettingsException.For([.. wrong.Select(one => $"{one.Key}: {one.What}")]);
    }
}

/// <summary>The operators' commands. Exit code 0: done; 1: not done, or something needs attention; 2: called wrongly.</summary>
internal static class ToolProgram
{
    private const string SettingsHelp = "Settings are the service's: appsettings.json, environment (Section__Key=value), arguments.";

    private static readonly Command[] Commands =
    [
        new("check", "", "Report what to fix before the service goes live.", CheckCommand.RunAsync, """
            Looks at the settings, Finnet's address, TLS and the database. It changes nothing and sends no request.
            The settings are judged as for Finnet:Environment=Production.
            Exit code: 0 without failures, 1 with failures.
            """),
        new("backup", "FILE", "Copy the SQLite database while the service runs.", StorageCommands.BackUpAsync, """
            FILE must not exist yet; only its owner may read it. The storage keys are not in it: keep them elsewhere.
            For PostgreSQL use pg_dump or base backups.
            """),
        new("redactions", "FILE", "Write the list of redacted upgrades.", StorageCommands.WriteRedactionsAsync, """
            FILE must not exist yet. Each line is a reference and the time of its redaction. Keep it apart from the backups.
            """),
        new("redact", "FILE", "Redact the upgrades of a list again, after a restore.", StorageCommands.RedactAsync, """
            FILE is a list that 'redactions' wrote, or one reference per line. Run it before the service starts on a restored database.
            Upgrades that are redacted already stay as they are.
            Exit code: 0 done, 1 not done or to be run again.
            """),
        new("reencrypt", "", "Bring stored data under the newest storage keys.", StorageCommands.ReencryptAsync, """
            Rewrites what Storage:Encryption:Keys:0 or Storage:Encryption:LookupKey did not write, while the service runs.
            It may be interrupted and started again. Afterwards only backups need the old keys.
            Exit code: 0 everything is under the newest keys, 1 some values can't be read with the configured keys.
            """),
        new("diagnose", "FILE|-", "Say why the signature of a captured callback does not match.", DiagnoseCommand.RunAsync, """
            FILE holds the callback as it was received; - reads it from standard input:
              POST /callbacks/finnet/kyc HTTP/1.1     (may be left out)
              X-TIMESTAMP: 2026-11-28T10:00:00+07:00
              X-SIGNATURE: ...
              (an empty line, then the body, byte for byte)
            --path=PATH           the path or URL that was called, if FILE has no first line with it
            --received-at=TIME    when it was received, ISO 8601; now if left out
            Only Notifications:Snap and Notifications:PathTokens are used. Nothing of the body is printed.
            Exit code: 0 the signature passes, 1 it does not, 2 FILE can't be read.
            """),
        new("key", "", "Make an API key, a path token and a secret for events.", KeyCommand.RunAsync, """
            Prints new random values as environment variables. The API key is printed here only: the settings hold its SHA-256.
            """),
    ];

    public static async Task<int> RunAsync(string[] args, Stream input, TextWriter output, TextWriter error)
    {
        if (args is ["--help" or "-h" or "help"])
        {
            await output.WriteAsync(Usage());
            return 0;
        }

        if (args is not [var name, .. var rest] || Array.Find(Commands, one => one.Name == name) is not { } command)
        {
            await error.WriteAsync((args.Length > 0 ? "There is no such command.\n\n" : "") + Usage());
            return 2;
        }

        var usage = $"tool {command.Name} {command.Argument}".TrimEnd();
        if (rest.Contains("--help", StringComparer.Ordinal))
        {
            await output.WriteLineAsync($"{usage} [--Section:Key=value ...]\n\n{command.Summary}\n{command.Help}\n{SettingsHelp}");
            return 0;
        }

        var takesFile = command.Argument.Length > 0;
        var file = takesFile && rest.Length > 0 ? rest[0] : "";
        if (takesFile && (file.Length == 0 || (file[0] == '-' && !command.Argument.EndsWith("|" + file, StringComparison.Ordinal))))
        {
            await error.WriteLineAsync($"Say which file: {usage}. Settings may follow as --Section:Key=value.");
            return 2;
        }

        var settings = takesFile ? rest[1..] : rest;
        if (FirstUnreadable(settings) is var position and > 0)
        {
            // The argument is not repeated: it may be the rest of a secret with a blank in it.
            position += args.Length - settings.Length;
            await error.WriteLineAsync($"Argument {position} can't be read. Settings are given as --Section:Key=value.");
            return 2;
        }

        try
        {
            return await command.Run(new ToolCall(file, settings, input, output, error));
        }
        catch (Exception exception)
            when (exception is SettingsException or InvalidDataException or StoreUnavailableException or DbException)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static string Usage() =>
        "Usage: tool COMMAND [FILE] [--Section:Key=value ...]\n\n"
        + string.Concat(Commands.Select(command => $"  {command.Name + " " + command.Argument,-17}  {command.Summary}\n"))
        + $"\n'tool COMMAND --help' says more.\n{SettingsHelp}\n";

    // The configuration leaves out what it can't read, without a word.
    private static int FirstUnreadable(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            var hasKey = args[index].StartsWith("--", StringComparison.Ordinal) || args[index].StartsWith('/');
            if (!hasKey && (args[index].StartsWith('-') || !args[index].Contains('=', StringComparison.Ordinal)))
                return index + 1;
            // --key value
            if (!args[index].Contains('=', StringComparison.Ordinal) && ++index == args.Length)
                return index;
        }

        return 0;
    }

    /// <param name="Name">The first argument.</param>
    /// <param name="Argument">The second one: a file, or nothing.</param>
    /// <param name="Summary">One line.</param>
    /// <param name="Run">Returns the exit code.</param>
    /// <param name="Help">The rest of its help.</param>
    private sealed record Command(string Name, string Argument, string Summary, Func<ToolCall, Task<int>> Run, string Help);
}
