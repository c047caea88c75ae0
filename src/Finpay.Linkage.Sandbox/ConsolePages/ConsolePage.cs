using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using Finpay.Linkage.Sandbox.StandIn;
using Finpay.Linkage.Sandbox.Widget;

namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>The console page: static files; its script fetches the data.</summary>
internal static class ConsolePage
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri "
        + "'none'; frame-ancestors 'none'";

    private static readonly ConcurrentDictionary<string, string?> Files = new(StringComparer.Ordinal);

    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter((context, next) => WebPage.ProtectAsync(context, next, Policy));
        pages.MapGet("/", (StandInOptions options) =>
            TypedResults.Text(
                Read("index.html")!.Replace("{{api}}", HtmlEncoder.Default.Encode(options.ApiUrl), StringComparison.Ordinal),
                "text/html",
                Encoding.UTF8));
        pages.MapGet("/console/{file}", Asset);
    }

    private static IResult Asset(string file)
    {
        var type = Path.GetExtension(file) switch
        {
            ".js" => "text/javascript",
            ".css" => "text/css",
            _ => null,
        };
        return type is not null && Read(file) is { } text ? TypedResults.Text(text, type, Encoding.UTF8) : TypedResults.NotFound();
    }

    private static string? Read(string file) => Files.TryGetValue(file, out var known) ? known : Load(file);

    // Only existing files are cached: otherwise invented names would fill the memory.
    private static string? Load(string file)
    {
        using var stream = typeof(ConsolePage).Assembly.GetManifestResourceStream($"Pages/console/{file}");
        if (stream is null)
            return null;

        using var reader = new StreamReader(stream);
        return Files[file] = reader.ReadToEnd();
    }
}
