using Microsoft.Net.Http.Headers;

namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>Finnet's rules for single values, besides type and length. Null means the value is right.</summary>
internal static class FieldChecks
{
    public static string? Digits(string value) => value.All(char.IsAsciiDigit) ? null : "must be digits only";

    public static string? Phone(string value) =>
        value.All(char.IsAsciiDigit) && value is ['6', '2', ..] or ['0', '8', ..] ? null : "must be digits in the 62… or 08… form";

    public static string? ContentType(string? value) =>
        MediaTypeHeaderValue.TryParse(value, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.All(p => p.Name.Equals("charset", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            ? null : $"must be application/json, in UTF-8 if it names a charset; came as '{value}'";

    public static string? Nationality(string value) => value is "WNI" or "WNA" ? null : "must be WNI or WNA";

    // On Unix "/path" alone is an absolute file URI, so the scheme separator is required too.
    public static string? AbsoluteUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out _) && value[0] != '/' ? null : "must be an absolute URL";

    public static string? Image(string value) => ImageData.TryRead(value, out _, out var problem) ? null : problem;
}
