using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>A receiver that is a bare socket, so that it can answer in every wrong way.</summary>
public sealed class WireReceiver : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> requests = new();

    public WireReceiver() => listener.Start();

    public IReadOnlyCollection<string> Requests => requests;

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/events";

    public static ApiHost Host(string url, params ReadOnlySpan<(string Key, string? Value)> changes) => ApiHost.With(
    [
        ("Events:Endpoints:0:Name", "shop"), ("Events:Endpoints:0:Url", url), ("Events:Endpoints:0:Secrets:0", EventReceiver.Secret),
        .. changes,
    ]);

    public void Dispose() => listener.Dispose();

    /// <summary>Takes one request and answers it with these words.</summary>
    /// <param name="response">All of the answer, unless there is more after it.</param>
    /// <param name="after">What happens after the words.</param>
    /// <param name="resets">The connection ends in a reset, not in order.</param>
    public async Task ServeAsync(string response, Func<NetworkStream, Task>? after = null, bool resets = false)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var (buffer, text) = (new byte[8192], "");
        // The body is JSON: it ends with a brace.
        while (!text.EndsWith("}}", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            text += Encoding.UTF8.GetString(buffer, 0, read);
            // The beginning of TLS is no text.
            if (text[0] != 'P')
                break;
        }

        requests.Enqueue(text);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
        if (after is not null)
            await after(stream);
        if (resets)
            client.Client.Close(0);
    }

    /// <summary>Shows a certificate to one caller, who goes away.</summary>
    public async Task ShowAsync(X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var secured = new SslStream(client.GetStream());
        try
        {
            await secured.AuthenticateAsServerAsync(certificate);
            Assert.Equal(0, await secured.ReadAsync(new byte[1]));
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
        }
    }
}
