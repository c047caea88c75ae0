using System.Text;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>A callback as it was received.</summary>
/// <param name="Target">The path that was called, perhaps with a query, or the whole URL.</param>
/// <param name="Headers">As they were sent.</param>
/// <param name="Body">Byte for byte.</param>
internal sealed record CapturedCallback(string Target, IHeaderDictionary Headers, byte[] Body)
{
    /// <summary>Reads a request line, which may be missing, headers, an empty line and the body. Lines end with LF or CR LF.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="path">Counts more than the request line.</param>
    /// <exception cref="FormatException">It is no captured callback; the message says why.</exception>
    public static CapturedCallback Read(ReadOnlySpan<byte> bytes, string? path)
    {
        var headers = new HeaderDictionary();
        for (var number = 1; ; number++)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
                throw new FormatException("there is no empty line between the headers and the body");
            var line = Encoding.Latin1.GetString(bytes[..end]).TrimEnd('\r');
            bytes = bytes[(end + 1)..];
            if (line.Length == 0)
                break;
            var (colon, blank) = (line.IndexOf(':', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
            if (number == 1 && blank > 0 && (colon < 0 || blank < colon))
                path ??= line.Split(' ')[1];
            else if (colon > 0)
                headers.Append(line[..colon].Trim(), line[(colon + 1)..].Trim());
            else
                throw new FormatException($"line {number} is no header (Name: value)");
        }

        return string.IsNullOrEmpty(path)
            ? throw new FormatException("the first line does not say which path was called (POST /path HTTP/1.1), nor does --path=PATH")
            : new CapturedCallback(path, headers, bytes.ToArray());
    }
}
