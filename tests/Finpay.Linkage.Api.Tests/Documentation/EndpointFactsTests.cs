using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Our endpoints, who may call them, and every status that they can answer with.</summary>
public sealed class EndpointFactsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly EndpointFacts Documented = EndpointFacts.Documented;

    [Fact]
    public void Exactly_The_Documented_Endpoints_Are_Mapped_With_Their_Policy()
    {
        var mapped = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Distinct()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
                // GET without the body.
                .Where(method => method != "HEAD").Select(method =>
                    $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')} {endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy}")
                ?? []);

        Assert.Equal(
            Documented.Built.Select(one => $"{one.Method} {one.Path} {one.Policy}").Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_Is_Not_Built_Yet_Is_Not_There()
    {
        Assert.Empty(Documented.NotYet.Select(one => $"{one.Method} {one.Path}")
            .Intersect(Documented.Built.Select(one => $"{one.Method} {one.Path}"), StringComparer.Ordinal));
        foreach (var endpoint in Documented.NotYet)
        {
            var path = endpoint.Path.Replace("{partnerReferenceNo}", Calls.Reference, StringComparison.Ordinal);
            Assert.Contains((await host.Ops.SendJsonAsync(new HttpMethod(endpoint.Method), path, "{}")).Status, new[] { 404, 405 });
        }
    }

    [Fact]
    public async Task Exactly_The_Documented_Answers_Are_Declared()
    {
        var operations = (await DescribedApi.ReadAsync(host)).Operations;

        Assert.Equal(
            Documented.Built.Select(one => $"{one.Method} {one.Path}: {string.Join(' ', one.Answers!)}").Order(StringComparer.Ordinal),
            operations.Select(one => $"{one.Method} {one.Path}: {string.Join(' ', one.Responses.Keys.Order())}")
                .Order(StringComparer.Ordinal));
        Assert.Empty(Documented.Built.SelectMany(one => one.Answers!).Intersect(Documented.NotYetAnswers));
    }

    [Fact]
    public async Task The_Words_Of_Records_And_Notifications_Are_The_Documented_Ones()
    {
        var api = await DescribedApi.ReadAsync(host);
        Check<UpgradeStatus>(Documented.Statuses);
        Check<Disposition>(Documented.Dispositions);
        Check<HistorySource>(Documented.Sources);
        Assert.Contains(string.Join(", ", Documented.Statuses), Parameter(api, "/v1/account-upgrades", "status"), StringComparison.Ordinal);
        Assert.Contains(
            string.Join(", ", Documented.Dispositions), Parameter(api, "/v1/kyc-notifications", "disposition"), StringComparison.Ordinal);

        void Check<T>(IReadOnlyList<string> words)
            where T : struct, Enum
        {
            Assert.Equal(words, EnumText.All<T>());
            Assert.Equal(words, api.Schemas[typeof(T).Name].Enum!.Select(word => word.GetValue<string>()));
        }
    }

    [Fact]
    public async Task The_Limit_Of_A_List_Is_The_Documented_One()
    {
        var (min, max, @default) = Documented.Limit;
        // The statistics have no pages.
        foreach (var path in Documented.Built.Where(one => one is { Method: "GET", Policy: "ops", Path: not "/v1/stats" }
            && one.Path.StartsWith("/v1/", StringComparison.Ordinal) && !one.Path.Contains('{', StringComparison.Ordinal))
            .Select(one => one.Path))
        {
            Assert.Equal(
                (400, 200, 200, 400),
                (await StatusAsync(min - 1), await StatusAsync(min), await StatusAsync(max), await StatusAsync(max + 1)));
            Assert.Contains(
                $"{min} to {max} ({@default})", Parameter(await DescribedApi.ReadAsync(host), path, "limit"), StringComparison.Ordinal);

            async Task<int> StatusAsync(int limit) => (await host.Ops.GetAnswerAsync($"{path}?limit={limit}")).Status;
        }
    }

    private static string Parameter(DescribedApi api, string path, string name) =>
        api.Operations.Single(one => (one.Method, one.Path) == ("GET", path)).Operation.Parameters!
            .Single(one => one.Name == name).Description!;
}
