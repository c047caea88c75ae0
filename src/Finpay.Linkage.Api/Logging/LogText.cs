using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Api.Logging;

/// <summary>Texts of others in a log line: no line breaks, no terminal commands, no text that runs backwards.</summary>
internal static class LogText
{
    public static string Escape(string text)
    {
        if (text.All(IsPlain))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (IsPlain(character))
                escaped.Append(character);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }

        return escaped.ToString();
    }

    private static bool IsPlain(char character) => character is >= ' ' and <= '~' and not '\\';
}
