using Finpay.Linkage.Api.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>The OpenAPI document (3.1) and its page, at /swagger.</summary>
internal static class LinkageOpenApi
{
    public static void AddLinkageOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Finpay.Linkage",
                Version = "v1",
                Description = Embedded.Text("Guide.md").TrimEnd(),
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            options.AddSecurityDefinition(ApiKeys.SchemeName, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeys.HeaderName,
                Description = "Issued by whoever runs this service. Roles: merchant, ops.",
            });
            options.SupportNonNullableReferenceTypes();
            options.CustomSchemaIds(type => type.Name);
            options.IncludeXmlComments(typeof(LinkageOpenApi).Assembly);
            options.SchemaFilter<ProblemSchema>();
            options.OperationFilter<DescriptionFilter>();
            options.DocumentFilter<TagFilter>();
        });
    }

    public static void UseLinkageSwagger(this WebApplication app)
    {
        app.UseSwagger(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.PreSerializeFilters.Add((document, request) => document.Servers =
                [new OpenApiServer { Url = request.PathBase.HasValue ? request.PathBase.Value : "/", Description = "This service" }]);
        });
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Finpay.Linkage";
            options.SwaggerEndpoint("v1/swagger.json", "Finpay.Linkage v1");
            options.EnableTryItOutByDefault();
            options.DisplayRequestDuration();
        });
    }

    /// <summary>Puts what the endpoint says and its key scheme into the document.</summary>
    private sealed class DescriptionFilter : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            operation.Security = metadata.OfType<IAuthorizeData>().Any()
                ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeys.SchemeName, context.Document)] = [] }]
                : [];
            foreach (var part in metadata.OfType<OperationPart>())
                part.AddTo(operation, context);
        }
    }

    private sealed class TagFilter : IDocumentFilter
    {
        public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Account upgrades", Description = "For the merchant's servers; lists for operators." },
            new() { Name = "Browser", Description = "For the customer's page, with a token that opens one upgrade." },
            new() { Name = "KYC notifications", Description = "The inbox, for operators." },
            new() { Name = "Events", Description = "What the merchant's systems were told, for operators." },
            new() { Name = "Statistics", Description = "Figures, for operators." },
            new() { Name = "Audit", Description = "Who did what, for operators." },
            new() { Name = "Finnet callbacks", Description = "For Finnet only; every answer is Finnet's envelope." },
            new() { Name = "Health", Description = "For probes, without a key; metrics for operators." },
        };
    }
}

/// <summary>Configuration section <c>Swagger</c>.</summary>
public sealed class SwaggerOptions
{
    public const string SectionName = "Swagger";

    public bool Enabled { get; set; } = true;
}

internal sealed class SwaggerOptionsValidator : IValidateOptions<SwaggerOptions>
{
    public ValidateOptionsResult Validate(string? name, SwaggerOptions options) => ValidateOptionsResult.Success;
}
