using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>What a feature adds to the operation of its endpoint in the document.</summary>
internal sealed record OperationPart(Action<OpenApiOperation, OperationFilterContext> AddTo);

internal static class Describing
{
    /// <summary>An example from a file in OpenApi/Examples, for the request body (no status) or for an answer.</summary>
    public static RouteHandlerBuilder WithExample(
        this RouteHandlerBuilder endpoint, string? status, string name, string summary, string file) =>
        endpoint.WithJsonExample(status, name, summary, Embedded.Text($"examples/{file}.json"));

    public static RouteHandlerBuilder WithJsonExample(
        this RouteHandlerBuilder endpoint, string? status, string name, string summary, string json) => endpoint.With((operation, _) =>
        {
            var content = status is null ? operation.RequestBody?.Content : operation.Responses?.GetValueOrDefault(status)?.Content;
            foreach (var mediaType in content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                mediaType.Examples ??= new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
                mediaType.Examples[name] = new OpenApiExample { Summary = summary, Value = JsonNode.Parse(json) };
            }
        });

    public static RouteHandlerBuilder WithText(this RouteHandlerBuilder endpoint, string status, string description) =>
        endpoint.With((operation, _) => operation.Responses?.GetValueOrDefault(status)?.Description = description);

    public static RouteHandlerBuilder WithParameter(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.With((operation, _) => operation.Parameters?.FirstOrDefault(known => known.Name == name)?.Description = description);

    /// <summary>The body's type, for the document alone: the framework's own metadata would check Content-Type first.</summary>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder endpoint) => endpoint.With((operation, context) =>
    {
        var json = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(T), context.SchemaRepository) };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal) { ["application/json"] = json },
        };
    });

    /// <summary>A list: its page parameters, its answer and its problems.</summary>
    public static RouteHandlerBuilder DescribeList(this RouteHandlerBuilder endpoint, string name, string example) => endpoint
        .WithName(name)
        .WithParameter("limit", "Most items of a page, 1 to 200 (50).")
        .WithParameter("cursor", "nextCursor of the page before, with the same filters.")
        .WithExample("200", "page", "A page", example)
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblems(ProblemKind.InvalidFields, ProblemKind.Forbidden);

    public static RouteHandlerBuilder With(
        this RouteHandlerBuilder endpoint, Action<OpenApiOperation, OperationFilterContext> addTo) =>
        endpoint.WithMetadata(new OperationPart(addTo));
}
