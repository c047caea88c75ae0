using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Enums as JSON and the database write them: lower camel case.</summary>
internal static class EnumText
{
    private static readonly ConcurrentDictionary<Enum, string> Texts = new();

    public static string Of(Enum value) => Texts.GetOrAdd(value, known => JsonNamingPolicy.CamelCase.ConvertName(known.ToString()));

    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text is not null && Names<T>.ByText.TryGetValue(text, out value);
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    public static T Parse<T>(string text)
        where T : struct, Enum => Names<T>.ByText[text];

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Names<T>.ByText.Keys;

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<string, T> ByText = Enum.GetValues<T>().ToDictionary(value => Of(value), StringComparer.Ordinal);
    }
}

internal static class StoredText
{
    /// <summary>PostgreSQL's text has no NUL: it is stored as its symbol. The raw bytes and the dedupe key keep it.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text) => text?.Replace('\0', '\u2400');
}
