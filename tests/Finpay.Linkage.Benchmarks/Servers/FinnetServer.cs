using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// A Finnet that costs as little as possible, the same for all servers: drops what it reads, issues a widget, and counts. It uses sockets
/// and one thread per connection, because a web server reads a body of 2 MB in pieces of 4 KB, which costs as much as what is measured.
/// </summary>
internal static class FinnetServer
{
    private static long requests;
    private static long bytes;

    public static async Task<int> RunAsync()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        new Thread(() => Accept(listener, Answer("200 OK", IssuedWidget()))) { IsBackground = true }.Start();
        await Console.Error.WriteLineAsync($"http://{listener.LocalEndPoint}");
        await ServerControl.UntilParentEndsAsync();
        return 0;
    }

    private static void Accept(Socket listener, byte[] issued)
    {
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            new Thread(() => Serve(socket, issued)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket, byte[] issued)
    {
        using (socket)
        {
            var input = new HttpInput(socket);
            try
            {
                while (input.ReadHead() is { } head)
                {
                    if (head.StartsWith("GET", StringComparison.Ordinal))
                    {
                        socket.Send(Answer("200 OK", string.Create(
                            CultureInfo.InvariantCulture, $"[{Interlocked.Read(ref requests)},{Interlocked.Read(ref bytes)}]")));
                        continue;
                    }

                    var length = input.DropBody(head);
                    Interlocked.Increment(ref requests);
                    Interlocked.Add(ref bytes, length);
                    socket.Send(issued);
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // The load may end in the middle of a request; a caller that fails reports it itself.
            }
        }
    }

    private static string IssuedWidget()
    {
        var expiry = DateTimeOffset.UtcNow.AddHours(7 + 24).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $$"""
        {"responseCode":"2000000","responseMessage":"Request has been processed successfully",
        "widgetUrl":"{{WidgetUrl}}","expiryTime":"{{expiry}}"}
        """;
    }

    public const string WidgetUrl =
        "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd";

    private static byte[] Answer(string status, string json) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");
}
