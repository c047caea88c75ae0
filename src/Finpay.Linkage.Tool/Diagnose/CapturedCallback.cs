using System.Text;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>A callback as it was received. The query has its question mark, or is empty.</summary>
internal sealed record CapturedCallback(string Path, string Query, IHeaderDictionary Headers, byte[] Body)
{
    /// <summary>
    /// Reads a request line, which may be missing, headers, an empty line and the body. Lines end with LF or CR LF.
    /// <paramref name="target"/>, a path or a URL, counts more than the request line, and <paramref name="otherwise"/> less.
    /// </summary>
    /// <exception cref="FormatException">It is no captured callback; the message says why.</exception>
    public static CapturedCallback Read(ReadOnlySpan<byte> bytes, string? target, string otherwise = "")
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
                target ??= line.Split(' ')[1];
            else if (colon > 0)
                headers.Append(line[..colon].Trim(), line[(colon + 1)..].Trim());
            else
                throw new FormatException($"line {number} is no header (Name: value)");
        }

        target ??= otherwise;
        if (target.Length == 0)
            throw new FormatException("the first line does not say which path was called (POST /path HTTP/1.1), nor does --path=PATH");
        if (target[0] != '/' && Uri.TryCreate(target, UriKind.Absolute, out var url))
            target = url.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        var path = target.Split('?')[0];
        return new CapturedCallback(path, target[path.Length..], headers, bytes.ToArray());
    }
}
