using System.Diagnostics;
using System.Reflection;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The repository that these tests were built from.</summary>
public static class SourceTree
{
    public static string Root { get; } =
        Path.GetFullPath(typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "SourceRoot").Value!);

    /// <summary>The files of the product's code, by their path from the root.</summary>
    public static IEnumerable<(string Name, string Text)> Code(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(name => !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal))
            .Select(name => (name, File.ReadAllText(Path.Combine(Root, name))));

    /// <summary>What git tracks; in a source tree without its repository all that is not built.</summary>
    public static IReadOnlyList<string> Files()
    {
        if (Path.Exists(Path.Combine(Root, ".git")))
        {
            var list = new ProcessStartInfo("git", ["ls-files", "-z"])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using var git = Process.Start(list)!;
            var names = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
            return [.. names.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(name => File.Exists(Path.Combine(Root, name)))];
        }

        string[] built = ["bin", "obj", "artifacts", "TestResults", "StrykerOutput"];
        return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Where(file => !file.Split('/').Intersect(built).Any())];
    }
}
