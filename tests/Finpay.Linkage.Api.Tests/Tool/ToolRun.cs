using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The tool, inside of the test.</summary>
internal static class ToolRun
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] args, byte[]? input = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var stream = new MemoryStream(input ?? []);
        var exitCode = await ToolProgram.RunAsync(args, stream, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>For a command that says one thing, on either of the two.</summary>
    public static async Task<(int ExitCode, string Said)> SayAsync(params string[] args)
    {
        var (exitCode, output, error) = await RunAsync(args);
        return (exitCode, (output + error).TrimEnd());
    }

    /// <summary>The settings with which a command finds the data of a service.</summary>
    public static string[] Settings(ApiHost host) =>
    [
        $"--Storage:DataFolder={host.DataFolder}", "--Storage:Encryption:Keys:0:Id=k1",
        $"--Storage:Encryption:Keys:0:Key={TestSettings.StorageKey}",
        $"--Storage:Encryption:LookupKey={TestSettings.LookupKey}",
    ];
}
