using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Package;

/// <summary>The library as a package: its content, and that new projects work with it.</summary>
public sealed partial class PackageTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    // Port 1 of loopback: nobody listens, so the answer says that nothing was sent.
    private const string Program = """
        using Finpay.Linkage.Finnet;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Finnet:Environment"] = "Development",
            ["Finnet:BaseUrl"] = "http://127.0.0.1:1",
            ["Finnet:AttemptTimeout"] = "00:00:05",
            ["Finnet:MerchantId"] = "AGREE170724",
            ["Finnet:MerchantPassword"] = "password",
            ["Finnet:EncryptionKey"] = "1234567890123456",
            ["Finnet:EncryptionIv"] = "1234567890123456",
        }).Build();
        var services = new ServiceCollection();
        services.AddFinnetClient(configuration);
        using var provider = services.BuildServiceProvider();
        var answer = await provider.GetRequiredService<IFinnetClient>().RequestUpgradeWidgetAsync(
            new UpgradeWidgetRequest { PartnerReferenceNo = "202411011441000012", PhoneNo = PhoneNumber.Parse("081295288912") });
        Console.WriteLine($"{answer.Kind} {ResponseCode.Success.Explain().Pattern} {KycAcknowledgement.Accepted.ToJson()}");
        """;

    private const string Said =
        """NotSent 2000000 {"responseCode":"2000000","responseMessage":"Request has been processed successfully"}""";

    [Fact]
    public void A_Package_Has_What_A_Stranger_Needs_And_No_Folder_Of_This_Machine()
    {
        using var package = ZipFile.OpenRead(library.File("nupkg"));
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var expected in new[] { "README.md", "LICENSE", "icon.png" })
            Assert.Contains(expected, files);
        foreach (var framework in new[] { "net8.0", "net10.0" })
            Assert.Superset(
                new HashSet<string> { $"lib/{framework}/Finpay.Linkage.Finnet.dll", $"lib/{framework}/Finpay.Linkage.Finnet.xml" },
                files.ToHashSet());

        using var reader = new StreamReader(package.GetEntry("Finpay.Linkage.Finnet.nuspec")!.Open());
        var nuspec = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<icon>icon.png</icon>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<repository type=\"git\" url=\"https://git.example/linkage.git\"", nuspec, StringComparison.Ordinal);
        Assert.Contains("id=\"Polly.Core\"", nuspec, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"Polly\"", nuspec, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetFullPath(PackedLibrary.Root), nuspec, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void The_Symbols_Name_No_Folder_Of_The_Machine_That_Built_Them(string framework)
    {
        using var symbols = ZipFile.OpenRead(library.File("snupkg"));
        using var pdb = new MemoryStream();
        using (var entry = symbols.GetEntry($"lib/{framework}/Finpay.Linkage.Finnet.pdb")!.Open())
            entry.CopyTo(pdb);
        pdb.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        var reader = provider.GetMetadataReader();
        var documents = reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).ToList();
        Assert.Contains("/_/src/Finpay.Linkage.Finnet/FinnetClient.cs", documents);
        Assert.All(documents, document => Assert.DoesNotContain(Path.GetFullPath(PackedLibrary.Root), document, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public async Task A_Fresh_Project_Installs_It_As_Its_Readme_Says(string framework)
    {
        var project = Project(framework, "<packageSources><clear />");
        var readme = await File.ReadAllTextAsync(Path.Combine(PackedLibrary.Root, "src/Finpay.Linkage.Finnet/README.md"));
        var install = Install().Match(readme).Groups["arguments"].Value.Split(' ');
        await PackedLibrary.RunAsync(project, [.. install, "--version", library.Version]);
        Assert.Equal(Said, (await PackedLibrary.RunAsync(project, "run")).Trim());
    }

    /// <summary>The linker takes a minute, so only longer runs try it.</summary>
    [PublishingFact]
    public async Task A_Trimmed_Application_Works_Without_A_Warning()
    {
        var project = Project("net10.0", "<packageSources>");
        await PackedLibrary.RunAsync(project, "add", "package", "Finpay.Linkage.Finnet", "--version", library.Version);
        await PackedLibrary.RunAsync(
            project, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-p:PublishTrimmed=true",
            "-p:TrimmerSingleWarn=false", "-p:TreatWarningsAsErrors=true", "-p:UseAppHost=true", "-o", Path.Combine(project, "out"));
        var start = new ProcessStartInfo(Path.Combine(project, "out", "consumer"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Assert.Equal(Said, (await PackedLibrary.RunAsync(start)).Trim());
    }

    [GeneratedRegex("```bash\ndotnet (?<arguments>add package Finpay.Linkage.Finnet)\n```", RegexOptions.None, 1000)]
    private static partial Regex Install();

    // Its dependencies are in the cache since this repository was restored; the linker is not.
    private string Project(string framework, string sources)
    {
        var project = Directory.CreateDirectory(Path.Combine(library.Folder, Guid.NewGuid().ToString("N"), "consumer")).FullName;
        File.WriteAllText(Path.Combine(project, "consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <RollForward>Major</RollForward>
                <UseAppHost>false</UseAppHost>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Program.cs"), Program);
        File.WriteAllText(
            Path.Combine(project, "nuget.config"),
            $"<configuration>{sources}<add key=\"feed\" value=\"{library.Feed}\" /></packageSources></configuration>");
        return project;
    }
}

/// <summary>A test that publishes an application, with packages of the registry; skipped in the short form.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishingFactAttribute : FactAttribute
{
    public PublishingFactAttribute()
    {
        if (!Effort.Of(brief: false, middle: true, full: true))
            Skip = "Publishes an application with packages of the registry: set LINKAGE_TEST_EFFORT=middle, as .ci/run does";
    }
}
