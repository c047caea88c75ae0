using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Api.Http;

/// <summary>The service's own JSON: camelCase, no nulls; reads names in any case and refuses a member that is there twice.</summary>
internal static class LinkageJson
{
    /// <summary>Options for the JSON context of a feature.</summary>
    public static JsonSerializerOptions Options => Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // Our JSON is never put into HTML; the default encoder would write the & of a widget URL as \u0026.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return options;
    }

    /// <summary>Makes the JSON contexts of the features the contracts of the endpoints.</summary>
    public static void AddJson(this IServiceCollection services, params JsonSerializerContext[] contexts) =>
        services.ConfigureHttpJsonOptions(options =>
        {
            Configure(options.SerializerOptions);
            foreach (var context in contexts)
                options.SerializerOptions.TypeInfoResolverChain.Insert(0, context);
        });
}

/// <summary>Writes an enum as camelCase text.</summary>
internal sealed class CamelCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSerializable(typeof(LinkageProblem))]
[JsonSerializable(typeof(ProblemKind[]))]
internal sealed partial class HttpJson : JsonSerializerContext
{
    public static HttpJson Shared { get; } = new(LinkageJson.Options);
}
