using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;

namespace Finpay.Linkage.EndToEnd.Tests.Package;

/// <summary>The library as a package: its content, and that a new project works with the code of its README.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("package-").FullName;

    // Its own: NuGet keeps what it has unpacked, and would use a package of an earlier run.
    private readonly string version = $"9.9.9-t{Guid.NewGuid():N}";

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(cache, "finpay.linkage.finnet", version);
        if (Directory.Exists(unpacked))
            Directory.Delete(unpacked, recursive: true);
    }

    [Fact]
    public async Task A_Fresh_Project_Uses_The_Package_As_Its_Readme_Says()
    {
        var feed = Path.Combine(folder, "feed");
        await RunAsync(
            SourceRoot(), "pack", "src/Finpay.Linkage.Finnet", "--no-build", "-c", Configuration, "-o", feed,
            $"-p:PackageVersion={version}");

        using (var package = ZipFile.OpenRead(Path.Combine(feed, $"Finpay.Linkage.Finnet.{version}.nupkg")))
        {
            var files = package.Entries.Select(entry => entry.FullName).ToList();
            foreach (var expected in new[]
            {
                "README.md", "LICENSE", "lib/net10.0/Finpay.Linkage.Finnet.dll", "lib/net10.0/Finpay.Linkage.Finnet.xml",
            })
                Assert.Contains(expected, files);
        }

        using (var symbols = ZipFile.OpenRead(Path.Combine(feed, $"Finpay.Linkage.Finnet.{version}.snupkg")))
            Assert.Contains(symbols.Entries, entry => entry.FullName == "lib/net10.0/Finpay.Linkage.Finnet.pdb");

        var project = Path.Combine(folder, "consumer");
        Directory.CreateDirectory(project);
        await File.WriteAllTextAsync(
            Path.Combine(project, "consumer.csproj"), ConsumerProject.Replace("9.9.9-test", version, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), ConsumerProgram);
        // Only the local feed: the package's dependencies are in the cache since this repository was restored.
        await File.WriteAllTextAsync(
            Path.Combine(project, "nuget.config"),
            $"<configuration><packageSources><clear /><add key=\"feed\" value=\"{feed}\" /></packageSources></configuration>");
        Assert.Equal("NotSent", (await RunAsync(project, "run")).Trim());
    }

    // As the tests were built, so the library was.
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private const string ConsumerProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Finpay.Linkage.Finnet" Version="9.9.9-test" />
            <PackageReference Include="Microsoft.Extensions.Http" Version="10.0.15" />
          </ItemGroup>
        </Project>
        """;

    // Port 1 of loopback: nobody listens, so the answer says that nothing was sent.
    private const string ConsumerProgram = """
        using Finpay.Linkage.Finnet;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Finnet:Environment"] = "Development",
            ["Finnet:BaseUrl"] = "http://127.0.0.1:1",
            ["Finnet:MerchantId"] = "AGREE170724",
            ["Finnet:MerchantPassword"] = "password",
            ["Finnet:EncryptionKey"] = "1234567890123456",
            ["Finnet:EncryptionIv"] = "1234567890123456",
        }).Build();
        var services = new ServiceCollection();
        services.AddFinnetClient(configuration);
        using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<FinnetClient>();
        PhoneNumber.TryParse("081295288912", out var phone);
        var answer = await client.RequestUpgradeWidgetAsync(
            new UpgradeWidgetRequest { PartnerReferenceNo = "202411011441000012", PhoneNo = phone! });
        Console.WriteLine(answer.Kind);
        """;

    private static string SourceRoot() =>
        typeof(PackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "SourceRoot").Value!;

    private static async Task<string> RunAsync(string workingDirectory, params string[] arguments)
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
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
