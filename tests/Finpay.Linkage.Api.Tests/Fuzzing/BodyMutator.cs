using System.Text;

namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>Changes bytes without regard to their meaning.</summary>
internal static class BodyMutator
{
    private static readonly byte[][] NotUtf8 =
    [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xFE], [0xC3], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
        [0xE2, 0x82],
    ];
    private static readonly string[] Tokens =
    [
        "\"", "\\", "{", "}", "[", "]", ":", ",", "null", "/**/", "//x\n", "\\u0000", "\\ud800", "\\udfff\\ud800", "\\u", "\0", "\r\n",
        "\t", "'", "\uFEFF", ",,", "{}", "1e999",
    ];

    /// <returns>The changed bytes, and the kind of the change.</returns>
    public static (byte[] Body, string Kind) Change(byte[] body, FuzzRandom random, Func<byte[]> another)
    {
        var at = random.Next(body.Length + 1);
        var length = Math.Min(body.Length - at, 1 + random.Next(random.Chance(50) ? 8 : 200));
        switch (random.Next(16))
        {
            case 0 when body.Length > 0:
                body = [.. body];
                for (var flips = 1 + random.Next(4); flips > 0; flips--)
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                return (body, "bits flipped");
            case 1 when body.Length > 0:
                body = [.. body];
                body[random.Next(body.Length)] = (byte)random.Next(256);
                return (body, "byte set");
            case 2:
                return (body[..at], "truncated");
            case 3:
                return ([.. body.AsSpan(0, at), .. body.AsSpan(at + length)], "range removed");
            case 4:
                return ([.. body.AsSpan(0, at), .. body.AsSpan(at, length), .. body.AsSpan(at)], "range twice");
            case 5:
                var other = another();
                var from = random.Next(other.Length + 1);
                return ([.. body.AsSpan(0, at), .. other.AsSpan(from)], "spliced");
            case 6:
                other = another();
                return ([.. body, .. other], "followed by another");
            case 7:
                return ([.. body.AsSpan(0, at), .. random.Of(NotUtf8), .. body.AsSpan(at)], "not UTF-8");
            case 8:
                return ([.. body.AsSpan(0, at), (byte)random.Next(0x20), .. body.AsSpan(at)], "control character");
            case 9:
                return ([.. body.AsSpan(0, at), .. Encoding.UTF8.GetBytes(random.Of(Tokens)), .. body.AsSpan(at)], "token inserted");
            case 10:
                return ([0xEF, 0xBB, 0xBF, .. random.Chance(20) ? new byte[] { 0xEF, 0xBB, 0xBF } : [], .. body], "byte order mark");
            case 11:
                var encoding = random.Of<Encoding>([Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1]);
                return (
                    [.. random.Chance(50) ? encoding.GetPreamble() : [], .. Encoding.Convert(Encoding.UTF8, encoding, body)],
                    "other encoding");
            case 12:
                return ([.. body.AsSpan(0, at), .. Enumerable.Repeat(
                    (byte)random.Of([' ', 'A', '[', '\0', '"', '{']), 1 + random.Next(70_000)), .. body.AsSpan(at)], "long run");
            case 13:
                return (Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).PadRight(65_535 + random.Next(3))), "padded to the cap");
            case 14:
                var noise = new byte[random.Next(300)];
                for (var index = 0; index < noise.Length; index++)
                    noise[index] = (byte)random.Next(256);
                return (noise, "noise");
            default:
                return (body.Length == 0 || random.Chance(30) ? [] : body[^(1 + random.Next(body.Length))..], "beginning lost");
        }
    }
}
