using System.Globalization;
using System.Reflection;
using System.Text;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>
/// Every kind of problem is stable, and described in docs/api.md and in the OpenAPI document with its cause and what to do.
/// </summary>
public sealed class ProblemKindTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Begin = "<!-- problems: made from ProblemKind.cs; LINKAGE_UPDATE_DOCS=1 dotnet test rewrites it -->";
    private const string End = "<!-- end of problems -->";

    private static readonly IReadOnlyList<ProblemKind> Kinds =
        [.. typeof(ProblemKind).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null))
            .OfType<ProblemKind>()];

    [Fact]
    public void Slugs_And_Statuses_Are_Exactly_The_Pinned_Ones() =>
        Assert.Equal(Facts.Read<PinnedKind[]>("problems"), Kinds.Select(kind => new PinnedKind(kind.Slug, kind.Status)));

    [Fact]
    public void The_Type_Is_A_Stable_Urn() => Assert.All(Kinds, kind => Assert.Equal($"urn:finpay-linkage:problem:{kind.Slug}", kind.Type));

    [Fact]
    public void Every_Kind_Is_Listed_Once() => Assert.Equal(Kinds, ProblemKind.All);

    [Fact]
    public void Every_Kind_Has_A_Slug_Of_Its_Own_And_A_Cause_And_An_Advice_In_Sentences()
    {
        Assert.Equal(Kinds.Count, Kinds.Select(kind => kind.Slug).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Kinds, kind =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Slug);
            Assert.Matches(@"^\S.*[^.]$", kind.Title);
            Assert.Matches(@"^[A-Z].+\.$", kind.Cause);
            Assert.Matches(@"^[A-Z].+\.$", kind.Advice);
        });
    }

    [Fact]
    public void A_Bare_Status_Gets_A_Kind_Of_That_Status()
    {
        Assert.All(Enumerable.Range(400, 200), status => Assert.Equal(status, ProblemKind.ForStatus(status).Status));
        Assert.All(
            [400, 401, 403, 404, 405, 408, 413, 415, 429, 431, 500, 503], status => Assert.Contains(ProblemKind.ForStatus(status), Kinds));
    }

    [Fact]
    public void The_Table_Of_The_Page_Is_Made_From_The_Code()
    {
        var table = new StringBuilder("\n| type | status | cause | what to do |\n|---|---|---|---|\n");
        foreach (var kind in Kinds)
            table.Append(CultureInfo.InvariantCulture, $"| `{kind.Slug}` | {kind.Status} | {kind.Cause} | {kind.Advice} |\n");
        table.Append('\n');
        if (Document.IsUpdating)
            Document.Api.Replace(Begin, End, table.ToString());

        Assert.Equal(table.ToString(), Document.Api.Between(Begin, End));
    }

    [Fact]
    public async Task Every_Kind_Is_Declared_By_Some_Operation_With_Cause_And_Advice()
    {
        var document = await DescribedApi.ReadAsync(host);

        Assert.All(Kinds, kind => Assert.Contains(document.Operations, operation =>
            operation.Responses.TryGetValue(kind.Status, out var response)
            && response.Description!.Contains(ProblemDescriptions.Describe(kind), StringComparison.Ordinal)
            && response.Content!["application/problem+json"].Examples!.ContainsKey(kind.Slug)));
    }

    [Fact]
    public async Task The_Document_Declares_No_Other_Kind()
    {
        var document = await DescribedApi.ReadAsync(host);

        var declared = document.Operations.SelectMany(operation => operation.Responses)
            .Where(response => response.Value.Content?.ContainsKey("application/problem+json") == true)
            .SelectMany(response =>
                response.Value.Content!["application/problem+json"].Examples!.Select(example => new PinnedKind(example.Key, response.Key)));

        Assert.Equal(Kinds.Select(kind => new PinnedKind(kind.Slug, kind.Status)).ToHashSet(), declared.ToHashSet());
    }

    [Fact]
    public async Task The_Schema_Names_Every_Type_And_Is_Open_For_More()
    {
        var schema = (await DescribedApi.ReadAsync(host)).Schemas["LinkageProblem"];

        Assert.All(Kinds, kind => Assert.Contains($"`{kind.Type}`", schema.Properties!["type"].Description, StringComparison.Ordinal));
        Assert.Null(schema.Properties!["type"].Enum);
        Assert.True(schema.AdditionalPropertiesAllowed);
    }

    [Theory]
    [InlineData("POST", "/v1/account-upgrades", "400 401 405 408 413 415 429 431 500 503")]
    [InlineData("POST", "/v1/account-upgrades/search", "400 401 403 405 408 413 415 429 431 500 503")]
    [InlineData("GET", "/v1/account-upgrades", "400 401 403 405 429 500 503")]
    [InlineData("GET", "/v1/account-upgrades/{partnerReferenceNo}", "401 404 405 429 500 503")]
    [InlineData("GET", "/v1/kyc-notifications", "400 401 403 405 429 500 503")]
    [InlineData("GET", "/v1/kyc-notifications/{id}", "401 403 404 405 429 500 503")]
    public async Task What_The_Pipeline_Can_Answer_On_A_Route_Is_Declared_There(string method, string path, string statuses)
    {
        var operation = (await DescribedApi.ReadAsync(host)).Operations.Single(one => (one.Method, one.Path) == (method, path));

        Assert.All(
            statuses.Split(' '), status => Assert.Contains(int.Parse(status, CultureInfo.InvariantCulture), operation.Responses.Keys));
    }

    internal sealed record PinnedKind(string Slug, int Status);
}
