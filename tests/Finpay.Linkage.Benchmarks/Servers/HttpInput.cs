using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>Reads HTTP/1.1 from a socket, only as far as needed to find the end of a message.</summary>
internal sealed class HttpInput(Socket socket)
{
    private const int BufferSize = 256 * 1024;

    private readonly byte[] buffer = new byte[BufferSize];
    private int start;
    private int end;

    /// <returns>First line and headers with the last line end; null at the end of the connection.</returns>
    public string? ReadHead() => ReadUntil("\r\n\r\n"u8);

    /// <summary>Reads the body that <paramref name="head"/> announces, and keeps nothing of it.</summary>
    /// <returns>Its length.</returns>
    public long DropBody(string head) =>
        Header(head, "content-length") is { } text ? Drop(long.Parse(text, CultureInfo.InvariantCulture))
        : Header(head, "transfer-encoding") == "chunked" ? DropChunks()
        : throw new IOException("Neither a length nor chunks.");

    private static string? Header(string head, string name)
    {
        var found = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        return found < 0 ? null : head[(found + name.Length + 3)..head.IndexOf("\r\n", found + 2, StringComparison.Ordinal)].Trim();
    }

    private long Drop(long length)
    {
        var left = length;
        while (true)
        {
            var taken = (int)Math.Min(left, end - start);
            start += taken;
            left -= taken;
            if (left == 0)
                return length;
            Fill();
        }
    }

    private long DropChunks()
    {
        var total = 0L;
        while (true)
        {
            var line = ReadUntil("\r\n"u8) ?? throw new IOException("Cut off.");
            if (!Utf8Parser.TryParse(Encoding.ASCII.GetBytes(line.TrimEnd()), out int size, out _, 'x'))
                throw new IOException("Not the size of a chunk.");
            Drop(size + 2);
            if (size == 0)
                return total;
            total += size;
        }
    }

    private string? ReadUntil(ReadOnlySpan<byte> mark)
    {
        while (true)
        {
            var index = buffer.AsSpan(start, end - start).IndexOf(mark);
            if (index >= 0)
            {
                var text = Encoding.ASCII.GetString(buffer, start, index + 2);
                start += index + mark.Length;
                return text;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (!TryFill())
                return null;
        }
    }

    private void Fill()
    {
        if (!TryFill())
            throw new IOException("Cut off.");
    }

    private bool TryFill()
    {
        if (start == end)
            (start, end) = (0, 0);
        var received = socket.Receive(buffer.AsSpan(end));
        end += received;
        return received > 0;
    }
}
