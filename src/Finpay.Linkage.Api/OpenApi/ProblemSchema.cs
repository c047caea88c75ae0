using Finpay.Linkage.Api.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

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
