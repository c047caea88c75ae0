using System.Diagnostics;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>The module for pages, in Node; in Chromium the shop's tests use it.</summary>
public sealed class ModuleTests(ITestOutputHelper output)
{
    [NodeFact]
    public async Task The_Module_Passes_Its_Own_Tests()
    {
        var start = new ProcessStartInfo(NodeFactAttribute.Executable!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--test");
        start.ArgumentList.Add(Path.Combine(SourceTree.Root, "tests/Finpay.Linkage.Api.Tests/Browser/linkage.test.mjs"));
        start.Environment["LINKAGE_MODULE"] = Path.Combine(SourceTree.Root, "src/Finpay.Linkage.Api/Browser/linkage.js");

        using var node = Process.Start(start)!;
        var texts = await Task.WhenAll(node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();

        output.WriteLine(string.Concat(texts));
        Assert.True(node.ExitCode == 0, string.Concat(texts));
    }
}

/// <summary>A test that needs Node 20 or later: skipped where it is not installed, unless LINKAGE_TEST_REQUIRE_ALL=1 forbids it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (Executable is null && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs Node: apt-get install nodejs";
    }

    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "node"), Path.Combine(folder, "node.exe") }).FirstOrDefault(File.Exists);
}
