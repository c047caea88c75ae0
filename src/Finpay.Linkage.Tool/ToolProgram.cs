using System.Data.Common;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Tool.Check;
using Finpay.Linkage.Tool.Data;
using Finpay.Linkage.Tool.Diagnose;

namespace Finpay.Linkage.Tool;

/// <summary>One call of a command. File is empty when the command takes none; Settings are the arguments after it.</summary>
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

/// <summary>The arguments make no call, or name no file that can be read.</summary>
internal sealed class WrongCallException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The operators' commands. Exit code 0: done; 1: not done, or something needs attention; 2: called wrongly.</summary>
internal static class ToolProgram
{
    private const string SettingsHelp = "Settings are the service's: appsettings.json, environment (Section__Key=value), arguments.";

    private static readonly Dictionary<string, Func<ToolCall, Task<int>>> Commands = new(StringComparer.Ordinal)
    {
        ["check"] = CheckCommand.RunAsync,
        ["backup"] = StorageCommands.BackUpAsync,
        ["redactions"] = StorageCommands.WriteRedactionsAsync,
        ["redact"] = StorageCommands.RedactAsync,
        ["reencrypt"] = StorageCommands.ReencryptAsync,
        ["diagnose"] = DiagnoseCommand.RunAsync,
        ["key"] = KeyCommand.RunAsync,
    };

    public static async Task<int> RunAsync(string[] args, Stream input, TextWriter output, TextWriter error)
    {
        var help = ReadHelp();
        if (args is not [var name, .. var rest] || !Commands.TryGetValue(name, out var run))
        {
            var isHelp = args is ["--help" or "-h" or "help"];
            await (isHelp ? output : error).WriteAsync((isHelp || args.Length == 0 ? "" : "There is no such command.\n\n")
                + "Usage: tool COMMAND [FILE] [--Section:Key=value ...]\n\n"
                + string.Concat(help.Select(one => $"  {one.Call,-17}  {one.Summary}\n"))
                + $"\n'tool COMMAND --help' says more.\n{SettingsHelp}\n");
            return isHelp ? 0 : 2;
        }

        var (call, summary, text) = Array.Find(help, one => one.Call.Split(' ')[0] == name);
        if (rest.Contains("--help", StringComparer.Ordinal))
        {
            await output.WriteLineAsync($"tool {call} [--Section:Key=value ...]\n\n{summary}\n{text}\n{SettingsHelp}");
            return 0;
        }

        try
        {
            var takesFile = call != name;
            var file = takesFile && rest.Length > 0 ? rest[0] : "";
            if (takesFile && (file.Length == 0 || (file[0] == '-' && !call.EndsWith("|" + file, StringComparison.Ordinal))))
                throw new WrongCallException($"Say which file: tool {call}. Settings may follow as --Section:Key=value.");
            var settings = takesFile ? rest[1..] : rest;
            // The argument is not repeated: it may be the rest of a secret with a blank in it.
            if (FirstUnreadable(settings) is var position and > 0)
                throw new WrongCallException(
                    $"Argument {args.Length - settings.Length + position} can't be read. Settings are given as --Section:Key=value.");
            return await run(new ToolCall(file, settings, input, output, error));
        }
        catch (Exception exception)
            when (exception is WrongCallException or SettingsException or InvalidDataException or StoreUnavailableException or DbException)
        {
            await error.WriteLineAsync(exception.Message);
            return exception is WrongCallException ? 2 : 1;
        }
    }

    // A block of Help.txt is how a command is called, one line about it, and the rest.
    private static (string Call, string Summary, string Text)[] ReadHelp()
    {
        using var reader = new StreamReader(typeof(ToolProgram).Assembly.GetManifestResourceStream("Help.txt")!);
        var blocks = reader.ReadToEnd().Trim().ReplaceLineEndings("\n").Split("\n\n");
        return [.. blocks.Select(block => block.Split('\n', 3)).Select(part => (part[0], part[1], part[2]))];
    }

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
}
