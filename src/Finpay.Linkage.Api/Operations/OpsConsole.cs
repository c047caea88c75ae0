using System.Collections.Frozen;

namespace Finpay.Linkage.Api.Operations;

/// <summary>Configuration section <c>Ops</c>.</summary>
public sealed class OpsOptions
{
    public const string SectionName = "Ops";

    /// <summary>Whether /ops serves the console for operators.</summary>
    public bool Enabled { get; set; } = true;
}

internal sealed class OpsOptionsValidator : IValidateOptions<OpsOptions>
{
    public ValidateOptionsResult Validate(string? name, OpsOptions options) => ValidateOptionsResult.Success;
}

/// <summary>The console's files, for anybody: they hold no data. Its scripts ask /v1 with the key of the operator.</summary>
internal static class OpsConsole
{
    private const string Path = "/ops";

    private const string Folder = "console/";

    private static readonly FrozenDictionary<string, (string Type, byte[] Content)> Files = typeof(OpsConsole).Assembly
        .GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Folder.Length..], Read, StringComparer.Ordinal);

    public static void UseOpsConsole(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase, out var file)
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            await next(context);
        // Its addresses are relative, so that it works behind a prefix.
        else if (!file.HasValue)
            context.Response.Redirect($"{request.PathBase}{Path}/");
        else if (Files.TryGetValue(file == "/" ? "index.html" : file.Value![1..], out var found))
            await TypedResults.Bytes(found.Content, found.Type).ExecuteAsync(context);
        else
            await next(context);
    });

    private static (string Type, byte[] Content) Read(string name)
    {
        using var stream = typeof(OpsConsole).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = System.IO.Path.GetExtension(name) switch
        {
            ".html" => "text/html",
            ".js" => "text/javascript",
            ".css" => "text/css",
            _ => "text/plain",
        };
        return ($"{type}; charset=utf-8", content);
    }
}
