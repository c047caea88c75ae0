using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

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
/// A photo as it travels: the UTF-8 bytes of <c>data:image/jpeg;base64,…</c> (or png). It is never turned into a string,
/// and is written to Finnet byte for byte as it came. Personal data: it has no readable form.
/// </summary>
/// <remarks>
/// Source: Upgrade Account Widget, <c>images.ktp.base64</c> and <c>images.selfie.base64</c>. One that was read from JSON lies in pooled memory, which
/// <see cref="Dispose"/> clears and gives back; one that nobody disposes of is left to the collector.
/// </remarks>
[JsonConverter(typeof(ImageDataUriJsonConverter))]
[DebuggerDisplay("***")]
public sealed class ImageDataUri : IDisposable
{
    // The first 16 Base64 characters carry the first 12 bytes, more than either signature needs.
    private const int SignatureChars = 16;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly PooledBytes? owner;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ReadOnlyMemory<byte> utf8;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private int disposed;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private (ImageProblem Problem, long DecodedLength)? inspected;

    /// <summary>Wraps the UTF-8 bytes of a data URI; the memory must not change afterwards.</summary>
    public ImageDataUri(ReadOnlyMemory<byte> utf8) => this.utf8 = utf8;

    /// <param name="owner">Has the memory; held for this image.</param>
    /// <param name="utf8">A part of it.</param>
    private ImageDataUri(PooledBytes owner, ReadOnlyMemory<byte> utf8)
    {
        this.owner = owner;
        this.utf8 = utf8;
    }

    /// <summary>How many bytes it has, prefix included.</summary>
    internal int Length => utf8.Length;

    /// <summary>The bytes as they came and as they are sent. Personal data: never log them.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public ReadOnlyMemory<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        return utf8;
    }

    /// <summary>Checks prefix, Base64, decoded size (at most <paramref name="maxBytes"/>) and signature, in place, without decoding the image.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public ImageProblem Inspect(long maxBytes)
    {
        var text = Reveal();
        var (problem, decodedLength) = inspected ??= Look(text.Span);
        return problem is ImageProblem.None or ImageProblem.NotDeclaredType && decodedLength > maxBytes ? ImageProblem.TooLarge : problem;
    }

    /// <summary>Lets go of the memory. It is cleared and given back to the pool when nobody uses it any more, a connection to which the image is being written for one.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
            owner?.Release();
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    /// <summary>
    /// Keeps the memory from the pool until <see cref="Release"/>: whatever the pool handed out again, another customer's photo for one, would go out under this
    /// customer's name.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    internal void Hold() => ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0 || owner?.TryHold() == false, this);

    /// <summary>The bytes, for who holds them: also after it was disposed of.</summary>
    internal ReadOnlyMemory<byte> RevealHeld() => utf8;

    internal void Release() => owner?.Release();

    private static (ImageProblem Problem, long DecodedLength) Look(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> signature;
        int prefixLength;
        if (text.StartsWith("data:image/jpeg;base64,"u8))
        {
            prefixLength = "data:image/jpeg;base64,"u8.Length;
            signature = [0xFF, 0xD8, 0xFF];
        }
        else if (text.StartsWith("data:image/png;base64,"u8))
        {
            prefixLength = "data:image/png;base64,"u8.Length;
            signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        }
        else
        {
            return (ImageProblem.MissingPrefix, 0);
        }

        var base64 = text[prefixLength..];
        if (base64.IsEmpty || !Base64.IsValid(base64, out var decodedLength) || HasWhiteSpace(base64, decodedLength))
            return (ImageProblem.NotBase64, 0);
        return (StartsWith(base64, signature) ? ImageProblem.None : ImageProblem.NotDeclaredType, decodedLength);
    }

    // The validator skips white space, which JSON strings may carry as escapes and Finnet may not read.
    private static bool HasWhiteSpace(ReadOnlySpan<byte> base64, int decodedLength) => (decodedLength + 2) / 3 * 4 != base64.Length;

    private static bool StartsWith(ReadOnlySpan<byte> base64, ReadOnlySpan<byte> signature)
    {
        Span<byte> head = stackalloc byte[SignatureChars / 4 * 3];
        var chars = base64[..Math.Min(SignatureChars, base64.Length)];
        Base64.DecodeFromUtf8(chars, head, out _, out var written);
        return head[..written].StartsWith(signature);
    }

    /// <summary>
    /// Reads: where it lies when the JSON is <see cref="PooledBytes"/> and has no escape in it, else copied, unescaped, into pooled memory of its own; never as a string.
    /// Writes <c>***</c>: only the wire has the image.
    /// </summary>
    public sealed class ImageDataUriJsonConverter : JsonConverter<ImageDataUri>
    {
        /// <inheritdoc/>
        public override ImageDataUri? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            if (!reader.ValueIsEscaped && !reader.HasValueSequence && PooledBytes.HoldTextAround(reader.ValueSpan, out var part) is { } text)
                return new ImageDataUri(text, part);
            var copy = new PooledBytes(Math.Max(1, reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length));
            try
            {
                copy.Advance(reader.CopyString(copy.GetMemory().Span));
                return new ImageDataUri(copy, copy.Memory);
            }
            catch (InvalidOperationException exception)
            {
                copy.Dispose();
                // An escape that is no character (a lone surrogate): a form error like any other.
                throw new JsonException(message: null, exception);
            }
        }

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, ImageDataUri value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Secret.Mask);
    }
}
