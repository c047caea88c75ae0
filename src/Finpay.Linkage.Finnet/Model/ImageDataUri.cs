using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

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

    /// <summary>The Base64 has line breaks or blanks in it.</summary>
    WhiteSpace,

    /// <summary>The Base64 would be right with one or two <c>=</c> at its end.</summary>
    NotPadded,

    /// <summary>It decodes to more bytes than allowed.</summary>
    TooLarge,

    /// <summary>The first bytes are not those of the declared type.</summary>
    NotDeclaredType,

    /// <summary>The file ends, or is damaged, before its image data begins.</summary>
    CutOff,
}

/// <summary>
/// A photo as it travels: the UTF-8 bytes of <c>data:image/jpeg;base64,…</c> (or png). It never becomes a string. The client sends its
/// Base64 byte for byte as it came, after the prefix of its type: <c>image/jpg</c> and other cases of the prefix count as that.
/// Personal data: it has no readable form.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, <c>images.ktp.base64</c> and <c>images.selfie.base64</c>.</remarks>
[DebuggerDisplay("***")]
public sealed class ImageDataUri
{
    private const string Jpeg = "data:image/jpeg;base64,";
    private const string Png = "data:image/png;base64,";

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string prefix = "";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ReadOnlyMemory<byte> base64;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private (ImageProblem Problem, long DecodedLength)? inspected;

    /// <summary>Reads the prefix; the rest is looked at by <see cref="Inspect"/>.</summary>
    /// <param name="utf8">The bytes of the data URI. They are not copied, so they must not change afterwards.</param>
    public ImageDataUri(ReadOnlyMemory<byte> utf8)
    {
        base64 = utf8;
        foreach (var (spelling, sent) in ((string, string)[])[(Jpeg, Jpeg), (Png, Png), ("data:image/jpg;base64,", Jpeg)])
        {
            if (utf8.Length >= spelling.Length && Ascii.EqualsIgnoreCase(utf8.Span[..spelling.Length], spelling))
                (prefix, base64) = (sent, utf8[spelling.Length..]);
        }
    }

    private ImageDataUri(string prefix, ReadOnlyMemory<byte> base64) => (this.prefix, this.base64) = (prefix, base64);

    /// <summary>Makes a photo from the bytes of a JPEG file.</summary>
    /// <exception cref="ArgumentException">They are no JPEG, or end before its image data.</exception>
    public static ImageDataUri FromJpeg(ReadOnlySpan<byte> jpeg) => From(Jpeg, jpeg);

    /// <summary>Makes a photo from the bytes of a PNG file.</summary>
    /// <exception cref="ArgumentException">They are no PNG, or end before its image data.</exception>
    public static ImageDataUri FromPng(ReadOnlySpan<byte> png) => From(Png, png);

    /// <summary>Makes a photo from a JPEG or PNG file. Its content decides, not its name.</summary>
    /// <exception cref="ArgumentException">The file is neither, or ends before its image data.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static ImageDataUri FromFile(string path)
    {
        var image = File.ReadAllBytes(path);
        return image is [0x89, ..] ? FromPng(image) : FromJpeg(image);
    }

    private static ImageDataUri From(string prefix, ReadOnlySpan<byte> image)
    {
        var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(image.Length)];
        Base64.EncodeToUtf8(image, encoded, out _, out var length);
        var uri = new ImageDataUri(prefix, encoded.AsMemory(0, length));
        return uri.Inspect(long.MaxValue) == ImageProblem.None
            ? uri
            : throw new ArgumentException($"The image is no whole {(prefix == Jpeg ? "JPEG" : "PNG")}.", nameof(image));
    }

    /// <summary>
    /// The two parts that are sent: the prefix (empty when it has none), and what follows it, as it came. Personal data: never log it.
    /// </summary>
    internal (string Prefix, ReadOnlyMemory<byte> Base64) Reveal() => (prefix, base64);

    /// <summary>Checks prefix, Base64, decoded size, first bytes and structure up to the image data, without decoding it.</summary>
    /// <param name="maxBytes">The largest decoded size, in bytes.</param>
    public ImageProblem Inspect(long maxBytes)
    {
        var (problem, decodedLength) = inspected ??= Look(base64.Span);
        return decodedLength > maxBytes ? ImageProblem.TooLarge : problem;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    private (ImageProblem Problem, long DecodedLength) Look(ReadOnlySpan<byte> text)
    {
        if (prefix.Length == 0)
            return (ImageProblem.MissingPrefix, 0);
        // Base64.IsValid skips white space, which JSON strings may carry as escapes; Finnet may not.
        if (text.ContainsAny(" \t\r\n"u8))
            return (ImageProblem.WhiteSpace, 0);
        if (text.IsEmpty || !Base64.IsValid(text, out var decodedLength))
            return (IsUnpadded(text) ? ImageProblem.NotPadded : ImageProblem.NotBase64, 0);
        return (new ImageStructure(text, decodedLength).Inspect(isJpeg: prefix == Jpeg), decodedLength);
    }

    private static bool IsUnpadded(ReadOnlySpan<byte> text)
    {
        var digits = text.TrimEnd((byte)'=');
        var left = digits.Length % 4;
        return left > 1 && text.Length < digits.Length + 4 - left && !digits.ContainsAnyExcept(Alphabet);
    }
}
