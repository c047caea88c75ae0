using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.OpenApi;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>An operation of the OpenAPI document, with its answers by status.</summary>
internal sealed record DescribedOperation(
    string Method, string Path, OpenApiOperation Operation, IReadOnlyDictionary<int, IOpenApiResponse> Responses);

/// <summary>The OpenAPI document as the service gives it out.</summary>
internal sealed record DescribedApi(IReadOnlyList<DescribedOperation> Operations, IDictionary<string, IOpenApiSchema> Schemas)
{
    public static async Task<DescribedApi> ReadAsync(ApiHost host)
    {
        var document = OpenApiDocument.Parse((await host.Anonymous.GetAnswerAsync("/swagger/v1/swagger.json")).Text, "json").Document!;
        return new DescribedApi(
            [.. document.Paths.SelectMany(path => path.Value.Operations!.Select(operation => new DescribedOperation(
                operation.Key.Method.ToUpperInvariant(),
                path.Key,
                operation.Value,
                operation.Value.Responses!.ToDictionary(
                    response => int.Parse(response.Key, CultureInfo.InvariantCulture), response => response.Value))))],
            document.Components!.Schemas!);
    }
}
