using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Readme;

/// <summary>The README of the package shows what was compiled and run: its examples are the regions of ReadmeExamples.cs.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SourceRoot").Value!;

    private static readonly string Readme = Read("src/Finpay.Linkage.Finnet/README.md");

    [Fact]
    public void Every_Example_Is_Code_That_A_Test_Runs()
    {
        var examples = Example().Matches(Readme).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["code"].Value);
        var regions = Region().Matches(Read("tests/Finpay.Linkage.Finnet.Tests/Readme/ReadmeExamples.cs"))
            .ToDictionary(match => match.Groups["name"].Value, match => Dedent(match.Groups["code"].Value));

        Assert.NotEmpty(examples);
        Assert.Equal(Readme.Split("```csharp").Length - 1, examples.Count);
        Assert.Equal(regions.Keys.Order(StringComparer.Ordinal), examples.Keys.Order(StringComparer.Ordinal));
        Assert.All(examples, example => Assert.Equal(regions[example.Key], example.Value));
    }

    [Fact]
    public void Every_Settings_File_Is_Enough_For_A_Client()
    {
        var files = Json().Matches(Readme).Select(match => match.Groups["code"].Value).ToList();
        Assert.Equal(2, files.Count);
        foreach (var file in files)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
            using var provider = new ServiceCollection()
                .AddFinnetClient(new ConfigurationBuilder().AddJsonStream(stream).Build()).Services.BuildServiceProvider();
            Assert.NotNull(provider.GetRequiredService<IFinnetClient>());
        }
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static string Dedent(string code)
    {
        var lines = code.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line));
    }

    [GeneratedRegex("<!-- example: (?<name>[A-Za-z]+) -->\n```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline, 1000)]
    private static partial Regex Example();

    [GeneratedRegex("```json\n(?<code>.*?)\n```", RegexOptions.Singleline, 1000)]
    private static partial Regex Json();

    [GeneratedRegex(" *#region (?<name>[A-Za-z]+)\n(?<code>.*?)\n *#endregion", RegexOptions.Singleline, 1000)]
    private static partial Regex Region();
}
