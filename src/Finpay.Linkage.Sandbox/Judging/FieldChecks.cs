namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>Finnet's rules for single values, besides type and length. Null means the value is right.</summary>
internal static class FieldChecks
{
    public static string? Digits(string value) => value.All(char.IsAsciiDigit) ? null : "must be digits only";

    public static string? Phone(string value) =>
        value.StartsWith("628", StringComparison.Ordinal) && value.All(char.IsAsciiDigit) ? null : "must be digits in the 628… form";

    public static string? Nationality(string value) => value is "WNI" or "WNA" ? null : "must be WNI or WNA";

    // On Unix "/path" alone is an absolute file URI, so the scheme separator is required too.
    public static string? AbsoluteUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out _) && value.Contains("://", StringComparison.Ordinal) ? null : "must be an absolute URL";

    public static string? Image(string value) => ImageData.TryRead(value, out _, out var problem) ? null : problem;
}
