using System.Buffers;
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

    private const int LargestPooled = 128 * 1024 * 1024;

    // Of each size: what a busy service needs at once. More are left to the collector.
    private const int MostPooled = 32;

    // The shared pool keeps arrays for each thread, where no other thread finds them: with arrays of megabytes that is memory for nothing, and misses.
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(LargestPooled, MostPooled);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[]? rented;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ReadOnlyMemory<byte> utf8;

    // How many are writing it at the moment; negative once it is disposed of.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private int holds;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private (ImageProblem Problem, long DecodedLength)? inspected;

    /// <summary>Wraps the UTF-8 bytes of a data URI; the memory must not change afterwards.</summary>
    public ImageDataUri(ReadOnlyMemory<byte> utf8) => this.utf8 = utf8;

    private ImageDataUri(byte[] rented, int length)
    {
        this.rented = rented;
        utf8 = rented.AsMemory(0, length);
    }

    /// <summary>How many bytes it has, prefix included.</summary>
    internal int Length => utf8.Length;

    /// <summary>The bytes as they came and as they are sent. Personal data: never log them.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public ReadOnlyMemory<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref holds) < 0, this);
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

    /// <summary>Clears the memory and gives it back to the pool, unless it is still being written to a connection: then the collector takes it.</summary>
    public void Dispose()
    {
        // Whatever the pool hands out again, another customer's photo for one, would otherwise go out under this customer's name.
        if (Interlocked.CompareExchange(ref holds, int.MinValue, 0) != 0)
            Interlocked.Or(ref holds, int.MinValue);
        else if (rented is not null)
            GiveBack(rented, utf8.Length);
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    /// <summary>Keeps the memory from the pool until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    internal void Hold()
    {
        for (var seen = Volatile.Read(ref holds); ;)
        {
            ObjectDisposedException.ThrowIf(seen < 0, this);
            var before = Interlocked.CompareExchange(ref holds, seen + 1, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>The bytes, for who holds them: also after it was disposed of.</summary>
    internal ReadOnlyMemory<byte> RevealHeld() => utf8;

    internal void Release() => Interlocked.Decrement(ref holds);

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

    private static void GiveBack(byte[] rented, int length)
    {
        rented.AsSpan(0, length).Clear();
        Pool.Return(rented);
    }

    /// <summary>
    /// Reads: copies the bytes of the JSON string, unescaped, into pooled memory, without making a string of them. Writes <c>***</c>: only the wire has the image.
    /// </summary>
    public sealed class ImageDataUriJsonConverter : JsonConverter<ImageDataUri>
    {
        /// <inheritdoc/>
        public override ImageDataUri? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
            var rented = Pool.Rent(length);
            try
            {
                return new ImageDataUri(rented, reader.CopyString(rented));
            }
            catch (InvalidOperationException exception)
            {
                GiveBack(rented, length);
                // An escape that is no character (a lone surrogate): a form error like any other.
                throw new JsonException(message: null, exception);
            }
        }

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, ImageDataUri value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Secret.Mask);
    }
}
