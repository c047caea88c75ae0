using System.Diagnostics;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A test that needs Node.js and npm; skipped where they are not installed, unless nothing may be skipped.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    /// <param name="downloads">It takes a package from npm's registry, so it runs only where nothing may be skipped.</param>
    public NodeFactAttribute(bool downloads = false)
    {
        if (Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") == "1")
            return;
        if (!(Has("node") && Has("npm")))
            Skip = "Needs Node.js and npm: apt-get install nodejs npm";
        else if (downloads)
            Skip = "Takes a package from npm's registry: set LINKAGE_TEST_REQUIRE_ALL=1, as .ci/run does";
    }

    /// <returns>What it writes; it must succeed.</returns>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}");
        return output.Trim();
    }

    private static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(path => File.Exists(Path.Combine(path, program)));
}
