using System.Diagnostics;
using System.Reflection;

namespace Finpay.Linkage.EndToEnd.Tests.Package;

/// <summary>The library as it would be published, in a feed of its own.</summary>
public sealed class PackedLibrary : IAsyncLifetime
{
    public static string Root { get; } = typeof(PackedLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SourceRoot").Value!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("package-").FullName;

    public string Feed => Path.Combine(Folder, "feed");

    /// <summary>Its own: NuGet keeps what it has unpacked, and would use a package of an earlier run.</summary>
    public string Version { get; } = $"9.9.9-t{Guid.NewGuid():N}";

    public string File(string extension) => Path.Combine(Feed, $"Finpay.Linkage.Finnet.{Version}.{extension}");

    public Task InitializeAsync() => RunAsync(
        Root, "pack", "src/Finpay.Linkage.Finnet", "--no-restore", "-c", "Release", "-o", Feed, $"-p:PackageVersion={Version}",
        "-p:RepositoryUrl=https://git.example/linkage.git");

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(cache, "finpay.linkage.finnet", Version);
        if (Directory.Exists(unpacked))
            Directory.Delete(unpacked, recursive: true);
        return Task.CompletedTask;
    }

    public static async Task<string> RunAsync(string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The settings of the surrounding build are not a stranger's.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || key is "CI")
            .ToList())
            start.Environment.Remove(name);
        return await RunAsync(start);
    }

    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}: {await output}{await error}");
        return await output;
    }
}
