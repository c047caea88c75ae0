namespace Finpay.Linkage.Api.GoLive;

/// <summary>The command <c>check</c>: a table on the console, and by exit code whether the service may go live.</summary>
internal static class GoLiveCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] args)
    {
        if (FirstUnreadable(args) is { } position)
        {
            // Not the argument itself: it may be the rest of a secret with a blank in it.
            await Console.Error.WriteLineAsync($"Argument {position} of check can't be read. Settings are given as for the service: --Section:Key=value.");
            return 2;
        }

        WebApplicationBuilder builder;
        try
        {
            builder = WebApplication.CreateBuilder(args);
        }
        catch (InvalidDataException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }

        var findings = await GoLiveCheck.RunAsync(new LiveSettings(builder.Configuration, builder.Environment), TimeProvider.System, Patience);
        await Console.Out.WriteAsync(FindingTable.Write(findings));
        return findings.Any(finding => finding.Level == Level.Failure) ? 1 : 0;
    }

    // The configuration leaves out what it can't read, without a word.
    private static int? FirstUnreadable(string[] args)
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

        return null;
    }
}
