using System.Buffers.Text;
using System.Diagnostics;

namespace Finpay.Linkage.Finnet;

/// <summary>What is wrong with an image.</summary>
public enum ImageProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It does not start with <c>data:image/jpeg;base64,</c> or <c>data:image/png;base64,</c>.</summary>
    MissingPrefix,

    /// <summary>What follows the prefix is empty or not standard Base64.</summary>
    NotBase64,

    /// <summary>It decodes to more bytes than allowed.</summary>
    TooLarge,

    /// <summary>The first bytes are not those of the declared type.</summary>
    NotDeclaredType,
}

/// <summary>
/// A photo as it travels: the UTF-8 bytes of <c>data:image/jpeg;base64,…</c> (or png). It never becomes a string, and the client sends it
/// byte for byte as it came. Personal data: it has no readable form.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, <c>images.ktp.base64</c> and <c>images.selfie.base64</c>.</remarks>
/// <param name="utf8">The bytes of the data URI. They are not copied, so they must not change afterwards.</param>
[DebuggerDisplay("***")]
public sealed class ImageDataUri(ReadOnlyMemory<byte> utf8)
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ReadOnlyMemory<byte> utf8 = utf8;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private (ImageProblem Problem, long DecodedLength)? inspected;

    /// <summary>The bytes as they came and as they are sent. Personal data: never log them.</summary>
    public ReadOnlyMemory<byte> Reveal() => utf8;

    /// <summary>Checks prefix, Base64, decoded size and first bytes, without decoding the image.</summary>
    /// <param name="maxBytes">The largest decoded size, in bytes.</param>
    public ImageProblem Inspect(long maxBytes)
    {
        var (problem, decodedLength) = inspected ??= Look(utf8.Span);
        return problem is ImageProblem.None or ImageProblem.NotDeclaredType && decodedLength > maxBytes ? ImageProblem.TooLarge : problem;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    private static (ImageProblem Problem, long DecodedLength) Look(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> jpeg = "data:image/jpeg;base64,"u8, png = "data:image/png;base64,"u8;
        var isJpeg = text.StartsWith(jpeg);
        if (!isJpeg && !text.StartsWith(png))
            return (ImageProblem.MissingPrefix, 0);
        ReadOnlySpan<byte> signature = isJpeg ? [0xFF, 0xD8, 0xFF] : [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        var base64 = text[(isJpeg ? jpeg : png).Length..];
        // Base64.IsValid skips white space, which JSON strings may carry as escapes; Finnet may not.
        if (base64.IsEmpty || !Base64.IsValid(base64, out var decodedLength) || (decodedLength + 2) / 3 * 4 != base64.Length)
            return (ImageProblem.NotBase64, 0);

        // 16 Base64 characters hold 12 bytes, more than either signature needs.
        Span<byte> head = stackalloc byte[12];
        Base64.DecodeFromUtf8(base64[..Math.Min(16, base64.Length)], head, out _, out var written);
        return (head[..written].StartsWith(signature) ? ImageProblem.None : ImageProblem.NotDeclaredType, decodedLength);
    }
}
