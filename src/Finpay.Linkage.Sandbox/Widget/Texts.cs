using System.Collections.Concurrent;
using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>The texts of a page in one language, from a table that has both.</summary>
internal sealed record Texts(string Language, IReadOnlyDictionary<string, string> Words)
{
    public const string Cookie = "lang";

    /// <summary>The first one is the default.</summary>
    public static readonly string[] Languages = ["en", "id"];

    private static readonly ConcurrentDictionary<string, Dictionary<string, Dictionary<string, string>>> Tables =
        new(StringComparer.Ordinal);

    public string this[string key] => Words[key];

    /// <summary>A text in which each <c>{name}</c> is replaced by its value.</summary>
    public string With(string key, params (string Name, string Value)[] values) =>
        values.Aggregate(Words[key], (text, value) => text.Replace($"{{{value.Name}}}", value.Value, StringComparison.Ordinal));

    public static Texts For(HttpRequest request, string file) => In(Choose(request), file);

    public static Texts In(string language, string file) => new(language, Table(file)[language]);

    public static Dictionary<string, Dictionary<string, string>> Table(string file) => Tables.GetOrAdd(
        file, static name => JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(Page.Read(name))!);

    /// <summary>The language chosen on this page, or earlier, or else the one that the browser prefers.</summary>
    private static string Choose(HttpRequest request) =>
        Known(request.Query[Cookie]) ?? Known(request.Cookies[Cookie]) ?? request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(wish => wish.Quality ?? 1)
            .Select(wish => Known(wish.Value.Value?.Split('-')[0].ToLowerInvariant()))
            .FirstOrDefault(language => language is not null) ?? Languages[0];

    // Old browsers call Indonesian "in".
    private static string? Known(string? language) => Languages.FirstOrDefault(l => l == (language == "in" ? "id" : language));
}
