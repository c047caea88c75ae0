using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Whoever is sent to another document finds it.</summary>
public sealed partial class NamedDocumentTests
{
    private static readonly IReadOnlyList<string> Tracked = SourceTree.Files();

    [Fact]
    public void Every_Document_That_A_Comment_Or_A_Page_Names_Exists()
    {
        var names = Tracked.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var found = Readers().SelectMany(file => Names(Text(file)).Select(name => (File: file, Name: name))).ToList();

        Assert.Contains(found, one => one.File.StartsWith("src/", StringComparison.Ordinal));
        Assert.Contains(("README.md", "docs/api.md"), found);
        Assert.All(found, one => Assert.True(names.Contains(Path.GetFileName(one.Name)), $"{one.File} names {one.Name}"));
    }

    [Fact]
    public void Every_Numbered_Decision_That_Is_Named_Exists()
    {
        var numbers = Tracked.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file)[..4]).ToHashSet();
        var found = Readers()
            .SelectMany(file => Decision().Matches(Text(file)).Select(match => (File: file, Number: match.Groups["number"].Value)))
            .ToList();

        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.True(numbers.Contains(one.Number.PadLeft(4, '0')), $"{one.File} names decision {one.Number}"));
    }

    [Fact]
    public void Every_Link_Of_A_Page_Leads_Somewhere()
    {
        var links = Tracked.Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => Links(Text(file)).Select(link => (File: file, Link: link)))
            .Where(one => !one.Link.Contains("://", StringComparison.Ordinal)).ToList();

        Assert.Contains(("README.md", "docs/api.md"), links);
        Assert.Contains(links, one => one.Link.Contains('#', StringComparison.Ordinal));
        Assert.All(links, one => Assert.True(LeadsSomewhere(one.File, one.Link), $"{one.File} links to {one.Link}"));
    }

    [Fact]
    public void A_Missing_Document_And_A_Missing_Heading_Are_Seen()
    {
        Assert.Equal(["docs/nowhere.md", "README.md"], Names("// See docs/nowhere.md, and README.md."));
        Assert.True(LeadsSomewhere("docs/api.md", "architecture.md#words"));
        Assert.False(LeadsSomewhere("docs/api.md", "architecture.md#word"));
        Assert.False(LeadsSomewhere("docs/api.md", "nowhere.md"));
    }

    private static IEnumerable<string> Readers() => Tracked
        .Where(file => file.Split('/')[0] is "src" or "docs" || !file.Contains('/', StringComparison.Ordinal))
        .Where(file => Path.GetExtension(file) is ".cs" or ".md" or ".sql" or ".js" or ".html" or ".yaml" or ".http" or ".props"
            or ".csproj"
            || Path.GetFileName(file) == "Dockerfile");

    private static IEnumerable<string> Names(string text) => DocumentName().Matches(text).Select(match => match.Value);

    private static IEnumerable<string> Links(string text) => Link().Matches(text).Select(match => match.Groups["target"].Value);

    private static bool LeadsSomewhere(string from, string link)
    {
        var (path, heading) = link.Split('#') is [var file, var anchor] ? (file, anchor) : (link, null);
        var full = Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(from)!, path));
        var target = path.Length == 0 ? from : Path.GetRelativePath(SourceTree.Root, full).Replace('\\', '/');
        return Tracked.Contains(target)
            && (heading is null || Text(target).Split('\n').Where(line => line.StartsWith('#')).Select(Anchor).Contains(heading));
    }

    // As GitHub makes it: lower case, blanks become dashes, and only letters, digits, dashes and underscores stay.
    private static string Anchor(string heading) => string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')
        .Where(character => char.IsLetterOrDigit(character) || character is '-' or '_'));

    private static string Text(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, file));

    [GeneratedRegex(@"[\w./-]*\w\.md\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DocumentName();

    [GeneratedRegex(@"(\]\(|(src|href)="")(?<target>[^)""\s]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(decisions/|[Dd]ecision )(?<number>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decision();
}
