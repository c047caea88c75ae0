namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>The formats of header values (contract, section 3). Null means the value is right.</summary>
internal static class SnapFormats
{
    public static string? Authorization(string value) =>
        Bearer.TokenOf(value) is { } token && token.All(c => c is > ' ' and < '\x7f') ? null : "must be Bearer and a token";

    public static string? Base64(string value)
    {
        // The framework's decoder skips white space, the wire has none.
        var bytes = new byte[value.Length];
        return value.AsSpan().IndexOfAny(" \t") < 0 && Convert.TryFromBase64String(value, bytes, out _) ? null : "is not Base64";
    }

    public static string? Domain(string value) =>
        Uri.CheckHostName(value) is UriHostNameType.Dns ? null : "must be a domain, without scheme or path";

    public static string? ExternalId(string value) =>
        value.Length <= 32 && value.All(char.IsAsciiDigit) ? null : "must be digits only, at most 32";

    public static string? PartnerId(string value) => value.Length <= 36 ? null : "must have at most 36 characters";

    public static string? ChannelId(string value) => value.Length == 5 ? null : "must have 5 characters";

    /// <summary>Finnet does not document its format.</summary>
    public static string? Any(string value) => null;
}
