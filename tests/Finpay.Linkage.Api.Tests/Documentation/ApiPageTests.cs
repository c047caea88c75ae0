using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>README's table, docs/api.md and docs/linkage.http have every endpoint, and the words and members of the answers.</summary>
public sealed class ApiPageTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly EndpointFacts Documented = EndpointFacts.Documented;
    private static readonly IReadOnlyList<string> Endpoints = [.. Documented.Built.Select(one => one.ToString())
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void The_Readme_Has_Every_Endpoint_And_No_Other()
    {
        var named = Document.Readme.Table("| call | who | what |").SelectMany(cells => Document.Code(cells[0]))
            .Where(call => call != "/swagger").Select(call => call.Replace("{ref}", "{partnerReferenceNo}", StringComparison.Ordinal));

        Assert.Equal(Endpoints, named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_Page_Has_A_Heading_For_Every_Endpoint_And_No_Other()
    {
        var headings = Document.Api.Text.Split('\n').Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .SelectMany(Document.Code);

        Assert.Equal(Endpoints, headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_Http_File_Has_Every_Endpoint_And_No_Other()
    {
        var calls = new Document("docs/linkage.http").Text.Split('\n').Select(line => line.Split(' '))
            .Where(words => words is [_, ['{', '{', 'a', 'p', 'i', '}', '}', ..]])
            .Select(words => (Method: words[0], Path: words[1]["{{api}}".Length..].Split('?')[0]))
            .Where(call => !call.Path.StartsWith("/swagger", StringComparison.Ordinal)).ToList();

        Assert.All(Documented.Built, one => Assert.Contains(calls, call => Fits(one, call.Method, call.Path)));
        Assert.All(calls, call => Assert.Contains(Documented.Built, one => Fits(one, call.Method, call.Path)));

        static bool Fits(DocumentedEndpoint one, string method, string path) => one.Method == method
            && one.Path.Split('/').Length == path.Split('/').Length
            && one.Path.Split('/').Zip(path.Split('/')).All(part => part.First == part.Second || part.First.StartsWith('{'));
    }

    [Fact]
    public void The_Page_Names_The_Status_Of_Every_Problem()
    {
        var named = Document.Api.Table("| type | status | cause | what to do |")
            .Select(cells => int.Parse(cells[1], CultureInfo.InvariantCulture));

        Assert.Equal(
            Documented.Built.Where(one => one.Path.StartsWith("/v1", StringComparison.Ordinal)).SelectMany(one => one.Answers!)
                .Where(status => status >= 400).ToHashSet(),
            named.ToHashSet());
    }

    [Fact]
    public void The_Page_Explains_Every_Word()
    {
        Assert.Equal(Documented.Statuses, FirstCells("| status | meaning |"));
        Assert.Equal(Documented.Dispositions, FirstCells("| disposition | meaning |"));
        Assert.All(Documented.Sources, source => Assert.Contains($"`{source}`", Document.Api.Text, StringComparison.Ordinal));
        Assert.All(Documented.Statuses, status => Assert.Contains($"`{status}`", Document.Readme.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("| member of the object | meaning |", "UpgradeView", "history")]
    [InlineData("| member of `evidence` | meaning |", "NotificationEvidence", null)]
    public async Task The_Page_Explains_Every_Member(string header, string schema, string? elsewhere)
    {
        var members = (await DescribedApi.ReadAsync(host)).Schemas[schema].Properties!.Keys.Where(name => name != elsewhere);

        Assert.Equal(members.ToHashSet(), FirstCells(header).ToHashSet());
    }

    private static IEnumerable<string> FirstCells(string header) => Document.Api.Table(header).SelectMany(cells => Document.Code(cells[0]));
}
