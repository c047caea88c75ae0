using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Finpay.Linkage.Benchmarks;

/// <summary>Files of the repository that the benchmarks need.</summary>
internal static partial class Repository
{
    public static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "SourceRoot").Value!);

    /// <summary>Outside of what git tracks.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The runtime settings of the Dockerfile, so that the service is measured as deployed.</summary>
    public static IReadOnlyDictionary<string, string> ImageEnvironment { get; } = EnvironmentLines()
        .Matches(File.ReadAllText(Path.Combine(Root, "Dockerfile")))
        .SelectMany(line => line.Groups["settings"].Value.Split(' '))
        .Select(setting => setting.Split('='))
        .ToDictionary(setting => setting[0], setting => setting[1], StringComparer.Ordinal);

    /// <summary>The commit, and whether anything that is measured differs from it.</summary>
    public static async Task<string> VersionAsync()
    {
        var commit = await RunAsync(Root, "git", "rev-parse", "--short", "HEAD");
        return (await RunAsync(Root, "git", "status", "--porcelain", "--", "src", "Dockerfile")).Length == 0
            ? commit
            : $"{commit} with changes";
    }

    /// <returns>What the program wrote.</returns>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // CI forbids changes of lock files, but publishing the copy needs them.
        start.Environment.Remove("CI");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {output}{await errors}");
    }

    [GeneratedRegex("^ENV (?<settings>DOTNET_.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnvironmentLines();
}
