using System.Net;
using System.Net.Sockets;

namespace Finpay.Linkage.EndToEnd.Tests.Following;

/// <summary>A small load balancer: each connection goes to the first server, in turn, that takes it.</summary>
internal sealed class Balancer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri[] servers;

    public Balancer(params Uri[] servers)
    {
        this.servers = servers;
        listener.Start();
        _ = TakeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>To which server each connection went.</summary>
    public IList<Uri> Taken { get; } = [];

    public void Dispose() => listener.Dispose();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended.
        }
    }

    private async Task PassAsync(TcpClient caller)
    {
        using (caller)
        using (var server = await ConnectAsync())
        {
            try
            {
                var (one, other) = (caller.GetStream(), server.GetStream());
                await Task.WhenAny(one.CopyToAsync(other), other.CopyToAsync(one));
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Both are closed.
            }
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        for (var turn = 0; ; turn++)
        {
            var server = servers[turn % servers.Length];
            var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(IPAddress.Loopback, server.Port);
                lock (Taken)
                    Taken.Add(server);
                return connection;
            }
            catch (SocketException) when (turn < 10 * servers.Length)
            {
                connection.Dispose();
            }
        }
    }
}
