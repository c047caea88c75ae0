using System.Net;
using System.Net.Sockets;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>What happens to bytes on their way.</summary>
/// <param name="Delay">How long each piece is held back.</param>
/// <param name="Swallow">The bytes are lost without an error.</param>
internal sealed record Weather(TimeSpan Delay = default, bool Swallow = false)
{
    public static readonly Weather Fair = new();
    public static readonly Weather BlackHole = new(Swallow: true);
}

/// <summary>
/// A proxy that disturbs connections as networks do. A connection that lost bytes never recovers.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<Link> links = [];
    private readonly EndPoint server;

    // Bound but not listening: keeps the port reserved while connections are refused.
    private readonly Socket place = NewSocket();

    private Socket? listener;
    private (Weather There, Weather Back) weather = (Weather.Fair, Weather.Fair);
    private CancellationTokenSource change = new();

    private FaultProxy(EndPoint server) => this.server = server;

    public int Port => ((IPEndPoint)place.LocalEndPoint!).Port;

    public static FaultProxy Start(EndPoint server)
    {
        var proxy = new FaultProxy(server);
        proxy.place.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        proxy.Listen();
        return proxy;
    }

    /// <summary>Changes the weather for old and new connections; bytes that were held back are sent.</summary>
    public void Turn(Weather there, Weather back)
    {
        CancellationTokenSource before;
        lock (gate)
        {
            (weather, before, change) = ((there, back), change, new CancellationTokenSource());
            if (listener is null)
                Listen();
        }

        before.Cancel();
        before.Dispose();
    }

    public void Turn(Weather both) => Turn(both, both);

    /// <summary>Resets every connection and refuses new ones, until the weather turns.</summary>
    public void Cut()
    {
        lock (gate)
        {
            listener?.Dispose();
            listener = null;
            foreach (var link in links)
                link.Reset();
            links.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        place.Dispose();
        change.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }

    private void Listen()
    {
        listener = NewSocket();
        listener.Bind(place.LocalEndPoint!);
        listener.Listen();
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listening)
    {
        try
        {
            while (true)
            {
                var client = await listening.AcceptAsync();
                client.NoDelay = true;
                _ = CarryAsync(new Link(client, new Socket(
                    server.AddressFamily, SocketType.Stream, server is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified)));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Refused from now on.
        }
    }

    private async Task CarryAsync(Link link)
    {
        using (link)
        {
            lock (gate)
            {
                if (listener is null)
                    link.Reset();
                links.Add(link);
            }

            try
            {
                await link.Server.ConnectAsync(server);
                await Task.WhenAny(
                    PumpAsync(link, link.Client, link.Server, () => weather.There),
                    PumpAsync(link, link.Server, link.Client, () => weather.Back));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // An end is gone: so is the other.
            }

            await ClearAsync();
            lock (gate)
                links.Remove(link);
        }
    }

    // A black hole also swallows the end of a connection.
    private async Task ClearAsync()
    {
        while (true)
        {
            CancellationToken turned;
            lock (gate)
            {
                if (weather is { There.Swallow: false, Back.Swallow: false })
                    return;
                turned = change.Token;
            }

            await WaitAsync(Timeout.InfiniteTimeSpan, turned);
        }
    }

    private static async Task WaitAsync(TimeSpan delay, CancellationToken turned)
    {
        try
        {
            await Task.Delay(delay, turned);
        }
        catch (OperationCanceledException)
        {
            // The weather turned.
        }
    }

    private async Task PumpAsync(Link link, Socket from, Socket to, Func<Weather> now)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                Weather current;
                CancellationToken turned;
                lock (gate)
                    (current, turned) = (now(), change.Token);
                link.IsBroken |= current.Swallow;
                await WaitAsync(current.Delay, turned);
                if (!link.IsBroken)
                    await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // An end is gone: so is the other.
        }
    }

    private sealed class Link(Socket client, Socket server) : IDisposable
    {
        public Socket Client => client;

        public Socket Server => server;

        /// <summary>Bytes were lost, so later bytes make no sense.</summary>
        public bool IsBroken { get; set; }

        public void Reset()
        {
            client.LingerState = new LingerOption(true, 0);
            Dispose();
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
