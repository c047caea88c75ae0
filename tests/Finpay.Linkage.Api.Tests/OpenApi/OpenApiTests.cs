using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Finpay.Linkage.Api.Tests.OpenApi;

public sealed class OpenApiTests : IClassFixture<ApiHost>
{
    private readonly ApiHost host;

    public OpenApiTests(ApiHost host) => this.host = host;

    [Fact]
    public async Task The_Document_Is_OpenApi_3_1_And_Reads_Without_Errors()
    {
        var answer = await host.Anonymous.GetAnswerAsync("/swagger/v1/swagger.json");
        var read = OpenApiDocument.Parse(answer.Text, "json");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("3.1.", answer["openapi"], StringComparison.Ordinal);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
    }

    [Fact]
    public async Task Every_Mapped_Endpoint_Is_In_It_And_Nothing_Else()
    {
        var document = await ReadAsync();

        var described = Operations(document).Select(one => $"{one.Method} {one.Path}");

        Assert.NotEmpty(Endpoints());
        Assert.Equal(
            Endpoints().Select(one => $"{one.Method} {one.Path}").Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_Operation_Has_A_Summary_A_Tag_And_A_Name_Of_Its_Own()
    {
        var operations = Operations(await ReadAsync()).ToList();

        Assert.All(operations, one => Assert.False(string.IsNullOrWhiteSpace(one.Operation.Summary), one.Path));
        Assert.All(operations, one => Assert.NotEmpty(one.Operation.Tags!));
        Assert.Equal(
            operations.Count,
            operations.Select(one => one.Operation.OperationId).Distinct(StringComparer.Ordinal).Count(name => name is not null));
    }

    [Fact]
    public async Task Every_Body_Has_An_Example()
    {
        var missing = new List<string>();
        foreach (var (path, method, operation) in Operations(await ReadAsync()))
        {
            if (method == "POST" && !path.EndsWith("}/redact", StringComparison.Ordinal)
                && !path.EndsWith("}/redeliver", StringComparison.Ordinal)
                && !path.EndsWith("/browser-token", StringComparison.Ordinal) && !path.EndsWith("}/ask-again", StringComparison.Ordinal)
                && operation.RequestBody?.Content?.Count is null or 0)
                missing.Add($"{method} {path}: no request body");
            missing.AddRange((operation.RequestBody?.Content ?? new Dictionary<string, IOpenApiMediaType>())
                .Where(content => !HasExample(content.Value)).Select(content => $"{method} {path}: request {content.Key}"));
            foreach (var (status, response) in operation.Responses!)
                missing.AddRange((response.Content ?? new Dictionary<string, IOpenApiMediaType>())
                    .Where(content => !HasExample(content.Value)).Select(content => $"{method} {path}: {status} {content.Key}"));
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_Parameter_And_Answer_Is_Described()
    {
        foreach (var (path, _, operation) in Operations(await ReadAsync()))
        {
            Assert.All(
                operation.Parameters ?? [],
                parameter => Assert.False(string.IsNullOrEmpty(parameter.Description), $"{path} {parameter.Name}"));
            Assert.All(
                operation.Responses!, response => Assert.False(string.IsNullOrEmpty(response.Value.Description), $"{path} {response.Key}"));
        }
    }

    [Fact]
    public async Task The_Key_Scheme_Is_On_Exactly_The_V1_Operations_And_That_Of_The_Token_On_Those_For_Pages()
    {
        var document = await ReadAsync();

        var schemes = document.Components!.SecuritySchemes!;
        Assert.Equal(["ApiKey", "BrowserToken"], schemes.Keys.Order(StringComparer.Ordinal));
        var (scheme, token) = (schemes["ApiKey"], schemes["BrowserToken"]);
        Assert.Equal((SecuritySchemeType.Http, "bearer"), (token.Type, token.Scheme));
        Assert.Equal((SecuritySchemeType.ApiKey, ParameterLocation.Header, "X-Api-Key"), (scheme.Type, scheme.In, scheme.Name));
        Assert.All(Operations(document), one => Assert.Equal(
            (one.Path, SchemeOf(one.Path)),
            (one.Path, one.Operation.Security?.SingleOrDefault()?.Keys.Single().Reference.Id)));
        Assert.All(Operations(document), one => Assert.Equal(
            SchemeOf(one.Path) is not null,
            one.Operation.Responses!.ContainsKey("401") && !one.Path.StartsWith("/callbacks", StringComparison.Ordinal)));

        static string? SchemeOf(string path) => path.StartsWith("/v1/", StringComparison.Ordinal) || path == "/metrics" ? "ApiKey"
            : path.StartsWith("/browser/v1/account", StringComparison.Ordinal) ? "BrowserToken"
            : null;
    }

    [Fact]
    public void Every_V1_Endpoint_Has_A_Policy_And_Every_Other_Says_That_It_Is_Open()
    {
        Assert.All(Endpoints(), one =>
        {
            var open = one.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var policies = one.Endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).ToList();
            if (one.Path.StartsWith("/v1", StringComparison.Ordinal) || one.Path == "/metrics")
            {
                Assert.False(open, one.Path);
                Assert.Contains(policies, policy => policy is "caller" or "ops");
            }
            else
            {
                Assert.True(open, one.Path);
            }
        });
    }

    [Fact]
    public void Only_Creating_Reading_And_Asking_About_One_Is_For_Merchants()
    {
        var forMerchants = Endpoints().Where(one =>
            one.Path.StartsWith("/v1", StringComparison.Ordinal)
            && one.Endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().All(data => data.Policy == "caller"));

        Assert.Equal(
            [
                "GET /v1/account-upgrades/{partnerReferenceNo}", "POST /v1/account-upgrades",
                "POST /v1/account-upgrades/{partnerReferenceNo}/ask-again",
                "POST /v1/account-upgrades/{partnerReferenceNo}/browser-token",
            ],
            forMerchants.Select(one => $"{one.Method} {one.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_Own_Examples_Are_Valid_Requests()
    {
        await using var taking = new ApiHost();
        var document = await ReadAsync();
        var create = Operations(document).Single(one => one is { Path: "/v1/account-upgrades", Method: "POST" }).Operation;
        foreach (var example in create.RequestBody!.Content!["application/json"].Examples!)
        {
            taking.Finnet.Issues();
            Assert.Equal(201, (await taking.Merchant.CreateAsync(example.Value.Value!.ToJsonString())).Status);
        }

        var callback = Operations(document).Single(one => one is { Path: "/callbacks/finnet/kyc/{token}", Method: "POST" }).Operation;
        foreach (var example in callback.RequestBody!.Content!["application/json"].Examples!)
            Assert.Equal(200, (await taking.CallbackAsync(example.Value.Value!.ToJsonString())).Status);
    }

    [Theory]
    [InlineData("true", 200)]
    [InlineData("false", 404)]
    public async Task The_Page_Is_There_When_It_Is_Enabled(string enabled, int status)
    {
        await using var other = ApiHost.With(("Swagger:Enabled", enabled));

        Assert.Equal(status, (await other.Anonymous.GetAnswerAsync("/swagger/index.html")).Status);
        Assert.Equal(status, (await other.Anonymous.GetAnswerAsync("/swagger/v1/swagger.json")).Status);
    }

    private static bool HasExample(IOpenApiMediaType content) => content.Example is not null || content.Examples is { Count: > 0 };

    private static IEnumerable<(string Path, string Method, OpenApiOperation Operation)> Operations(OpenApiDocument document) =>
        document.Paths.SelectMany(
            path => path.Value.Operations!.Select(operation => (path.Key, operation.Key.Method.ToUpperInvariant(), operation.Value)));

    private async Task<OpenApiDocument> ReadAsync() =>
        OpenApiDocument.Parse((await host.Anonymous.GetAnswerAsync("/swagger/v1/swagger.json")).Text, "json").Document!;

    private IEnumerable<(string Path, string Method, RouteEndpoint Endpoint)> Endpoints() =>
        host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
                // What GET answers without its body needs no description of its own.
                .Where(method => method != "HEAD")
                .Select(method => ("/" + endpoint.RoutePattern.RawText!.Trim('/'), method, endpoint))
                ?? []);
}
