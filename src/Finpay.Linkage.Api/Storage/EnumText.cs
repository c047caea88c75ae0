using System.Text.Json;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Enums as JSON and the database write them: lower camel case.</summary>
internal static class EnumText
{
    public static string ToText<T>(this T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text is not null && Names<T>.ByText.TryGetValue(text, out value);
    }

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static T Parse<T>(string text)
        where T : struct, Enum => Names<T>.ByText[text];

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Names<T>.ByText.Keys;

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
        public static readonly Dictionary<string, T> ByText = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
