using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>The module for pages, in Node; in Chromium the shop's tests use it.</summary>
public sealed class ModuleTests(ITestOutputHelper output)
{
    [NodeFact]
    public async Task The_Module_Passes_Its_Own_Tests() => output.WriteLine(await NodeFactAttribute.RunAsync(
        Path.Combine(SourceTree.Root, "tests/Finpay.Linkage.Api.Tests/Browser"), "node", "--test", "linkage.test.mjs"));
}
