using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>
/// A server that runs a script for each connection, byte by byte, and then closes it. A script that is still running
/// when the server is disposed is cancelled.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<RawConnection, Task> script;
    private readonly Task serving;
    private int connections;

    public RawServer(Func<RawConnection, Task> script)
    {
        this.script = script;
        // A small buffer, so that a large request stays with its sender until it is read.
        listener.Server.ReceiveBufferSize = 8 * 1024;
        listener.Start();
        serving = ServeAsync();
    }

    public string Address => $"{listener.LocalEndpoint}";

    public string Url => $"http://{Address}";

    /// <summary>The number of connections; each is one attempt to send a request.</summary>
    public int Connections => listener.Pending() ? int.MaxValue : Volatile.Read(ref connections);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        stop.Dispose();
        listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                try
                {
                    await script(new RawConnection(socket, stop.Token));
                }
                catch (SocketException)
                {
                    // The other side has gone.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }
}

internal sealed class RawConnection(Socket socket, CancellationToken stop)
{
    public Socket Socket => socket;

    /// <summary>Waits until data has arrived, and leaves it unread.</summary>
    public Task<int> PeekAsync() => socket.ReceiveAsync(new byte[1], SocketFlags.Peek, stop).AsTask();

    /// <summary>Reads to the end of the headers and not a byte further.</summary>
    public async Task<string> ReadHeadersAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!EndsWithBlankLine(head) && await socket.ReceiveAsync(one, stop) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }

    public async Task ReadAsync(int count)
    {
        var buffer = new byte[4096];
        while (count > 0 && await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(count, buffer.Length)), stop) is > 0 and var read)
            count -= read;
    }

    public async Task ReadRequestAsync()
    {
        const string Length = "Content-Length: ";
        var header = (await ReadHeadersAsync()).Split("\r\n").Single(line => line.StartsWith(Length, StringComparison.Ordinal));
        await ReadAsync(int.Parse(header.AsSpan(Length.Length), CultureInfo.InvariantCulture));
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    /// <summary>Waits until the other side has closed the connection.</summary>
    public Task ClosedAsync() => ReadAsync(int.MaxValue);

    /// <summary>Makes the next close a reset, which discards data in flight.</summary>
    public void ResetOnClose() => socket.LingerState = new LingerOption(enable: true, seconds: 0);

    private static bool EndsWithBlankLine(StringBuilder head) => head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n";
}
