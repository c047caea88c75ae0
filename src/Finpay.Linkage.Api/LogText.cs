namespace Finpay.Linkage.Api;

/// <summary>Texts of others in a log line: no line breaks, no terminal commands, no text that runs backwards.</summary>
internal static class LogText
{
    public static string Escape(string text) => text.All(IsPlain)
        ? text
        : string.Concat(text.Select(character => IsPlain(character) ? character.ToString() : $"\\u{(int)character:X4}"));

    private static bool IsPlain(char character) => character is >= ' ' and <= '~' and not '\\';
}
