using System.Diagnostics.CodeAnalysis;

namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>The type and the bytes of a data URL.</summary>
internal sealed record ImageData(string ContentType, byte[] Bytes)
{
    private static readonly (string ContentType, byte[] Magic)[] Known =
    [
        ("image/jpeg", [0xFF, 0xD8, 0xFF]),
        ("image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    ];

    public static bool TryRead(string value, [NotNullWhen(true)] out ImageData? image, out string? problem)
    {
        image = null;
        var (contentType, magic) = Known.FirstOrDefault(k => value.StartsWith(Prefix(k.ContentType), StringComparison.Ordinal));
        if (contentType is null)
        {
            problem = "must begin with data:image/jpeg;base64, or data:image/png;base64,";
            return false;
        }

        var text = value.AsSpan(Prefix(contentType).Length);
        var bytes = new byte[text.Length / 4 * 3];

        // The framework's decoder skips white space, the wire has none.
        if (text.IndexOfAny(" \t\r\n") >= 0 || !Convert.TryFromBase64Chars(text, bytes, out var length))
        {
            problem = "is not Base64";
            return false;
        }

        if (!bytes.AsSpan(0, length).StartsWith(magic))
        {
            problem = $"is not {contentType} by its first bytes";
            return false;
        }

        problem = null;
        image = new ImageData(contentType, bytes[..length]);
        return true;
    }

    /// <summary>The type that the first bytes show; null if it is neither JPEG nor PNG.</summary>
    public static string? TypeOf(byte[] bytes) => Array.Find(Known, known => bytes.AsSpan().StartsWith(known.Magic)).ContentType;

    private static string Prefix(string contentType) => $"data:{contentType};base64,";
}
