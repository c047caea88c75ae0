using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>
/// Every command in README and docs is one that exists: project, program's command, filter, setting, URL. <c>.ci/run</c> runs README's
/// first commands and the image; the tests of tool, sandbox, compose file and package run the others.
/// </summary>
public sealed partial class CommandTests
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture;
    private const int Limit = 1000;

    [Fact]
    public void Every_Command_Exists()
    {
        var commands = Document.All
            .SelectMany(page => page.Console().Where(line => Command().IsMatch(line)).Select(line => (Page: page.Name, Line: line)))
            .ToList();

        Assert.True(commands.Count > 20, $"{commands.Count} commands");
        Assert.All(commands, command => Assert.True(Exists(command.Line), $"{command.Page}: {command.Line}"));
    }

    [Fact]
    public void The_Commands_That_Ci_Runs_Are_Those_Of_The_Readme()
    {
        var ci = File.ReadAllText(Path.Combine(SourceTree.Root, ".ci/run"));

        Assert.Contains("dotnet run --project src/Finpay.Linkage.Sandbox", Document.Readme.Console());
        Assert.Contains("README.md", ci, StringComparison.Ordinal);
        Assert.Contains("dotnet test", Document.Readme.Console());
        Assert.Contains("dotnet test", ci, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet run --project src/Finpay.Linkage.Sandbox", true)]
    [InlineData("dotnet run --project src/Finpay.Linkage.Sandbo", false)]
    [InlineData("dotnet run -c Release --project tests/Finpay.Linkage.Benchmarks -- compare", true)]
    [InlineData("dotnet run -c Release --project tests/Finpay.Linkage.Benchmarks -- compete", false)]
    [InlineData("dotnet run --project src/Finpay.Linkage.Sandbox -- --Storage:DataFolder=data", true)]
    [InlineData("dotnet run --project src/Finpay.Linkage.Sandbox -- --Storage:Folder=data", false)]
    [InlineData("dotnet test tests/Finpay.Linkage.Api.Tests --filter FullyQualifiedName~Fuzzing", true)]
    [InlineData("dotnet test tests/Finpay.Linkage.Api.Tests --filter FullyQualifiedName~Buzzing", false)]
    [InlineData("docker compose --profile postgres up --build", true)]
    [InlineData("docker compose --profile mysql up --build", false)]
    [InlineData("curl -s -X POST http://localhost:5080/v1/account-upgrades --data @docs/samples/create-upgrade.json", true)]
    [InlineData("curl -s -X POST http://localhost:5080/v1/account-upgrade", false)]
    [InlineData("curl -s http://localhost:5080/v1/account-upgrades --data @docs/samples/create.json", false)]
    [InlineData("curl -s http://localhost:5090/sandbox/notifications", true)]
    [InlineData("curl -s http://localhost:5090/sandbox/notification", false)]
    [InlineData("npm start", false)]
    public void A_Command_That_Does_Not_Exist_Is_Seen(string line, bool exists) => Assert.Equal(exists, Exists(line));

    private static bool Exists(string line)
    {
        if (Run().Match(line) is { Success: true } run)
            return HasCommand(run.Groups["project"].Value, run.Groups["command"].Value) && Setting().Matches(line).All(IsSetting);
        if (Test().Match(line) is { Success: true } test)
            return IsFolder(test.Groups["project"].Value, test.Groups["filter"].Value);
        if (Compose().Match(line) is { Success: true } compose)
            return compose.Groups["profile"].Captures.All(profile => IsProfile(profile.Value));
        return Curl().Match(line) is { Success: true } curl
            && IsServed(curl.Groups["port"].Value, curl.Groups["path"].Value)
            && SampleFile().Matches(line).All(IsSample);
    }

    // A program takes its commands by their names, which stand as texts in its code.
    private static bool HasCommand(string project, string command) =>
        File.Exists(Path.Combine(SourceTree.Root, project, Path.GetFileName(project) + ".csproj"))
        && (command.Length == 0 || Code(project).Any(code => code.Contains($"\"{command}\"", StringComparison.Ordinal)));

    private static IEnumerable<string> Code(string project) =>
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, project), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    private static bool IsFolder(string project, string filter) => Directory.Exists(Path.Combine(SourceTree.Root, project, filter));

    private static bool IsSetting(Match match) => BoundSettings.Read().Any(setting => setting.Key == match.Groups["key"].Value);

    private static bool IsProfile(string profile) =>
        File.ReadAllText(Path.Combine(SourceTree.Root, "compose.yaml")).Contains($"profiles: [{profile}]", StringComparison.Ordinal);

    private static bool IsSample(Match match) => File.Exists(Path.Combine(SourceTree.Root, match.Groups["file"].Value));

    // The stand-in maps what is below /sandbox without it: «/notifications/{id}/send».
    private static bool IsServed(string port, string path)
    {
        if (port == "5080")
            return EndpointFacts.Documented.Built.Any(endpoint => endpoint.Path == path);
        var mapped = path.Replace("/sandbox", "", StringComparison.Ordinal).Replace("<id>", "{id}", StringComparison.Ordinal);
        return Code("src/Finpay.Linkage.Sandbox").Any(code => code.Contains($"(\"{mapped}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("^([A-Z_]+=\\S+ )*(dotnet|docker|curl|npm|openssl|apt-get|git) ", Options, Limit)]
    private static partial Regex Command();

    [GeneratedRegex("^dotnet run (-c Release )?--project (?<project>\\S+)( -- (?<command>[a-z-]+))?( |$)", Options, Limit)]
    private static partial Regex Run();

    [GeneratedRegex(
        "^([A-Z_]+=\\S+ )*dotnet test( (?<project>tests/\\S+) --filter FullyQualifiedName~(?<filter>\\w+)( |$)|$)", Options, Limit)]
    private static partial Regex Test();

    [GeneratedRegex("^docker compose( --profile (?<profile>\\w+))* up --build$", Options, Limit)]
    private static partial Regex Compose();

    [GeneratedRegex("^curl .*http://localhost:(?<port>5080|5090)(?<path>/\\S*)", Options, Limit)]
    private static partial Regex Curl();

    [GeneratedRegex("--(?<key>[A-Z][A-Za-z]+:[A-Za-z:]+)=", Options, Limit)]
    private static partial Regex Setting();

    [GeneratedRegex("@(?<file>\\S+)", Options, Limit)]
    private static partial Regex SampleFile();
}
