using System.Buffers.Binary;
using System.Buffers.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Follows the lengths of a JPEG's segments or a PNG's chunks up to the image data. It decodes the few bytes that it reads, where they
/// stand in the Base64, and nothing of the image.
/// </summary>
/// <param name="base64">Valid Base64 without white space.</param>
/// <param name="length">How many bytes it decodes to.</param>
internal readonly ref struct ImageStructure(ReadOnlySpan<byte> base64, int length)
{
    // A camera writes some dozens, and fill bytes seldom. What has more was made to cost time.
    private const int MaxSteps = 4096;

    private readonly ReadOnlySpan<byte> base64 = base64;

    public ImageProblem Inspect(bool isJpeg)
    {
        Span<byte> head = stackalloc byte[8];
        head = head[..Read(0, head)];
        var isDeclared = isJpeg
            ? head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
            : head.SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        if (!isDeclared)
            return ImageProblem.NotDeclaredType;
        return (isJpeg ? JpegHasData() : PngHasData()) ? ImageProblem.None : ImageProblem.CutOff;
    }

    // After SOI: segments FF, marker, length (its own two bytes included), content; up to and including the header of the first scan.
    private bool JpegHasData()
    {
        Span<byte> segment = stackalloc byte[4];
        long at = 2;
        for (var step = 0; step < MaxSteps && Read(at, segment) == segment.Length && segment[0] == 0xFF; step++)
        {
            switch (segment[1])
            {
                case 0xFF: // a fill byte
                    at++;
                    continue;
                case 0x01 or (>= 0xD0 and <= 0xD7): // TEM and RST have no length
                    at += 2;
                    continue;
                case < 0xC0 or 0xD8 or 0xD9: // nothing that begins a segment
                    return false;
            }

            var size = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            at += 2 + size;
            if (size < 2 || at > length)
                return false;
            if (segment[1] == 0xDA)
                return true;
        }

        return false;
    }

    // After the signature: chunks length, type, content, checksum; up to the length and type of the first IDAT.
    private bool PngHasData()
    {
        Span<byte> chunk = stackalloc byte[8];
        long at = 8;
        for (var step = 0; step < MaxSteps && Read(at, chunk) == chunk.Length; step++)
        {
            if (chunk[4..].SequenceEqual("IDAT"u8))
                return true;
            at += 12 + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }

        return false;
    }

    /// <returns>How many bytes of <paramref name="into"/>, at most 10, could be read.</returns>
    private int Read(long at, Span<byte> into)
    {
        if (at >= length)
            return 0;
        // Four characters are three bytes, so 16 of them have 10 bytes from any place in the first three.
        var from = (int)(at / 3 * 4);
        Span<byte> bytes = stackalloc byte[12];
        Base64.DecodeFromUtf8(base64[from..Math.Min(from + 16, base64.Length)], bytes, out _, out var written);
        var found = bytes[(int)(at % 3)..written];
        found = found[..Math.Min(found.Length, into.Length)];
        found.CopyTo(into);
        return found.Length;
    }
}
