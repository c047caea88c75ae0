namespace Finpay.Linkage.Api.OpenApi;

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
