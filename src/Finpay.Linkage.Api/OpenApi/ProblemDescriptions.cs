using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>Declares the problems of an endpoint in the OpenAPI document: every kind with its cause, what to do, and an example.</summary>
internal static class ProblemDescriptions
{
    private const string ProblemJson = "application/problem+json";

    // Every route of /v1 can answer these. 405 belongs to the path, but the document has no place for that.
    private static readonly ProblemKind[] OfEvery =
    [
        ProblemKind.Unauthorized, ProblemKind.MethodNotAllowed, ProblemKind.TooManyRequests, ProblemKind.Internal,
        ProblemKind.StoreUnavailable,
    ];

    // 408 and 431 (trailers of a chunked body) happen while a body is read; before that the server itself answers.
    private static readonly ProblemKind[] OfBody =
    [
        ProblemKind.MalformedRequest, ProblemKind.InvalidFields, ProblemKind.RequestTimeout, ProblemKind.TooLarge,
        ProblemKind.UnsupportedMediaType, ProblemKind.HeadersTooLarge,
    ];

    public static RouteHandlerBuilder DescribeProblemsWithBody(this RouteHandlerBuilder endpoint, params ProblemKind[] own) =>
        endpoint.DescribeProblems([.. OfBody, .. own]);

    public static RouteHandlerBuilder DescribeProblems(this RouteHandlerBuilder endpoint, params ProblemKind[] own) =>
        endpoint.DescribeOnly([.. OfEvery, .. own]);

    /// <summary>For a route outside of /v1.</summary>
    public static RouteHandlerBuilder DescribeOnly(this RouteHandlerBuilder endpoint, params ProblemKind[] kinds)
    {
        foreach (var ofStatus in ProblemKind.All.Where(kinds.Contains).GroupBy(kind => kind.Status))
        {
            var status = ofStatus.Key.ToString(CultureInfo.InvariantCulture);
            endpoint.Produces<LinkageProblem>(ofStatus.Key, ProblemJson);
            foreach (var kind in ofStatus)
                endpoint.WithJsonExample(status, kind.Slug, kind.Title, Example(kind));
            endpoint.WithText(status, string.Join("\n", ofStatus.Select(Describe)));
        }

        return endpoint;
    }

    public static string Describe(ProblemKind kind) => $"- **{kind.Title}** – {kind.Cause.TrimEnd('.')} – {kind.Advice}";

    private static string Example(ProblemKind kind)
    {
        var errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["personalData.kkNumber"] = ["must be 16 digits"],
            ["images.ktp.isEditable"] = ["is required: true or false"],
        };
        FinnetWords? finnet = kind == ProblemKind.FinnetRefused ? new("4010000", "Unauthorized. [reason]")
            : kind == ProblemKind.FinnetCredentials ? new("4017300", "Unauthorized. [Signature]")
            : kind == ProblemKind.FinnetUnclear ? new("5000000", "General Error")
            : kind == ProblemKind.DuplicateReference ? new(ResponseCode.DuplicateReference.ToString(), "Duplicate partnerReferenceNo")
            : null;
        var problem = kind.Build($"{kind.Cause} {kind.Advice}") with
        {
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
            Errors = kind == ProblemKind.InvalidFields ? errors : null,
            PartnerReferenceNo = finnet is null ? null : "202411011441000012",
            Finnet = finnet,
        };
        return JsonSerializer.Serialize(problem, HttpJson.Shared.LinkageProblem);
    }
}

/// <summary>Lists the known types of problems. It is no enum: a client must accept a type that it does not know.</summary>
internal sealed class ProblemSchema : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(LinkageProblem) || schema is not OpenApiSchema { Properties: { } properties } own)
            return;
        properties["type"].Description = "A stable name of the kind of problem; more kinds may come. Known ones: "
            + string.Join(", ", ProblemKind.All.Select(kind => $"`{kind.Type}`")) + ".";
        own.AdditionalPropertiesAllowed = true;
    }
}
