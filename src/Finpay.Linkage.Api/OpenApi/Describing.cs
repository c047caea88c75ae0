namespace Finpay.Linkage.Api.OpenApi;

/// <summary>An example for the request body (no status) or for an answer.</summary>
internal sealed record EndpointExample(string? Status, string Name, string Summary, string Json);

/// <summary>The body's type, for the document alone: the framework's own metadata would check Content-Type first.</summary>
internal sealed record RequestBodyOf(Type Type);

internal sealed record ResponseText(string Status, string Description);
internal sealed record ParameterText(string Name, string Description);

/// <summary>What a feature says about its endpoints in the document.</summary>
internal static class Describing
{
    /// <summary>An example from a file in OpenApi/Examples, for the request body (no status) or for an answer.</summary>
    public static RouteHandlerBuilder WithExample(
        this RouteHandlerBuilder endpoint, string? status, string name, string summary, string file) =>
        endpoint.WithMetadata(new EndpointExample(status, name, summary, ReadText($"examples/{file}.json")));

    public static RouteHandlerBuilder WithText(this RouteHandlerBuilder endpoint, string status, string description) =>
        endpoint.WithMetadata(new ResponseText(status, description));

    public static RouteHandlerBuilder WithParameter(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new ParameterText(name, description));

    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new RequestBodyOf(typeof(T)));

    /// <summary>A list: its page parameters, its answer and its problems.</summary>
    public static RouteHandlerBuilder DescribeList(this RouteHandlerBuilder endpoint, string name, string example) => endpoint
        .WithName(name)
        .WithParameter("limit", "Most items of a page, 1 to 200 (50).")
        .WithParameter("cursor", "nextCursor of the page before, with the same filters.")
        .WithExample("200", "page", "A page", example)
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblems(EndpointProblems.Fields | EndpointProblems.OpsOnly);

    /// <summary>A text that is embedded in the assembly.</summary>
    public static string ReadText(string name)
    {
        using var reader = new StreamReader(typeof(Describing).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
