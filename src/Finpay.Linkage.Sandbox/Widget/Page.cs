using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>Markup that is already safe.</summary>
internal sealed record Html(string Text)
{
    public static readonly Html Empty = new("");

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.Text)));
}

/// <summary>The files of the Pages folder. <c>{{name}}</c> is replaced by a value, encoded unless it is <see cref="Html"/>.</summary>
internal static partial class Page
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    public static Html Render(string file, params (string Name, object? Value)[] values) => Render(file, texts: null, values);

    /// <summary>A name that is not among the values is the key of a text.</summary>
    public static Html Render(string file, Texts? texts, params (string Name, object? Value)[] values)
    {
        var byName = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return new Html(Placeholder().Replace(Read(file), match =>
        {
            var name = match.Groups["name"].Value;
            return (byName.TryGetValue(name, out var given) || texts is null ? given : texts[name]) switch
            {
                Html html => html.Text,
                var value => HtmlEncoder.Default.Encode(value?.ToString() ?? ""),
            };
        }));
    }

    public static string Read(string file) => Files.GetOrAdd(file, static name =>
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream($"Pages/{name}")
            ?? throw new FileNotFoundException($"Page {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    [GeneratedRegex(@"\{\{(?<name>[\w.]+)\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
