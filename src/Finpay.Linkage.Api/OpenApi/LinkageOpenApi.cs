using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>The OpenAPI document (3.1) and its page, at /swagger.</summary>
internal static class LinkageOpenApi
{
    private const string Guide = """
        Lets a merchant's customer upgrade an e-money account from Basic to Premium in Finnet's hosted KYC widget.

        **Merchant's servers** call `POST /v1/account-upgrades` with an API key, send the customer to `widgetUrl`, and read the result at
        `GET /v1/account-upgrades/{partnerReferenceNo}`. No key ever belongs in a browser. **Finnet** calls the callback.
        **Operators** have the lists.

        To try it out: press *Authorize*, paste your API key, open an endpoint, choose an example, press *Execute*.

        **For operations**

        | question | look at |
        |---|---|
        | Is it up? Can it work? | `GET /health/live`, `GET /health/ready` |
        | Where does one customer stand, and why? | `GET /v1/account-upgrades/{partnerReferenceNo}`, `POST /v1/account-upgrades/search` |
        | What is stuck? | `GET /v1/account-upgrades?status=inDoubt`; the same call again settles it |
        | Which results fit no record? | `GET /v1/kyc-notifications?disposition=orphan`, or `contradiction`, `invalid`, `unknownOutcome` |
        | What exactly did Finnet send? | `GET /v1/kyc-notifications/{id}`, `rawBase64` and `evidence` |
        | Why does Finnet's signature not match? | `tool diagnose FILE` on the server, with a captured callback |
        | Who changed or read something? | `GET /v1/audit` |
        | A caller complains of an error | its `traceId` is in the logs |
        """;

    public static void AddLinkageOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Finpay.Linkage",
                Version = "v1",
                Description = Guide,
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            options.AddServer(new OpenApiServer { Url = "/", Description = "This service" });
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
        app.UseSwagger(options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Finpay.Linkage";
            options.SwaggerEndpoint("v1/swagger.json", "Finpay.Linkage v1");
            options.EnableTryItOutByDefault();
            options.DisplayRequestDuration();
        });
    }

    /// <summary>Puts the endpoint's own examples and its key scheme into the document.</summary>
    private sealed class DescriptionFilter : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<RequestBodyOf>().LastOrDefault() is { } body)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/json"] = new OpenApiMediaType
                        {
                            Schema = context.SchemaGenerator.GenerateSchema(body.Type, context.SchemaRepository),
                        },
                    },
                };
            }

            foreach (var example in metadata.OfType<EndpointExample>())
                Add(operation, example);
            foreach (var text in metadata.OfType<ResponseText>())
            {
                if (operation.Responses?.TryGetValue(text.Status, out var response) == true)
                    response.Description = text.Description;
            }

            foreach (var text in metadata.OfType<ParameterText>())
            {
                foreach (var parameter in operation.Parameters ?? [])
                {
                    if (parameter.Name == text.Name)
                        parameter.Description = text.Description;
                }
            }

            operation.Security = metadata.OfType<IAuthorizeData>().Any()
                ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeys.SchemeName, context.Document)] = [] }]
                : [];
        }

        private static void Add(OpenApiOperation operation, EndpointExample example)
        {
            var content = example.Status is null ? operation.RequestBody?.Content
                : operation.Responses?.TryGetValue(example.Status, out var response) == true ? response.Content
                : null;
            foreach (var mediaType in content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                mediaType.Examples ??= new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
                mediaType.Examples[example.Name] = new OpenApiExample { Summary = example.Summary, Value = JsonNode.Parse(example.Json) };
            }
        }
    }

    private sealed class TagFilter : IDocumentFilter
    {
        public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Account upgrades", Description = "For the merchant's servers; lists for operators." },
            new() { Name = "KYC notifications", Description = "The inbox, for operators." },
            new() { Name = "Audit", Description = "Who did what, for operators." },
            new() { Name = "Finnet callbacks", Description = "For Finnet only; every answer is Finnet's envelope." },
            new() { Name = "Health", Description = "For probes; no key." },
        };
    }
}
