using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>The log line of a failed attempt says why, and names neither an address nor content.</summary>
public sealed class FailureReasonTests
{
    private const string Planted = "https://finnet.example/widget?phone=6281295288912";

    public static TheoryData<Exception, string> Failures => new()
    {
        { OfSocket(HttpRequestError.NameResolutionError, SocketError.HostNotFound), "no address of Finnet found (HostNotFound)" },
        { OfSocket(HttpRequestError.NameResolutionError, SocketError.TryAgain), "no address of Finnet found (TryAgain)" },
        { OfSocket(HttpRequestError.ConnectionError, SocketError.ConnectionRefused), "no connection to Finnet (ConnectionRefused)" },
        { OfSocket(HttpRequestError.ConnectionError, SocketError.NetworkUnreachable), "no connection to Finnet (NetworkUnreachable)" },
        {
            new HttpRequestException(HttpRequestError.SecureConnectionError, Planted, new AuthenticationException("Chain: UntrustedRoot.")),
            "TLS failed (Chain: UntrustedRoot)"
        },
        {
            new HttpRequestException(HttpRequestError.ProxyTunnelError, Planted, null, HttpStatusCode.ProxyAuthenticationRequired),
            "the proxy refused to connect (HTTP 407)"
        },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError, Planted), "the proxy refused to connect" },
        { new HttpRequestException(HttpRequestError.VersionNegotiationError, Planted), "VersionNegotiationError (HttpRequestException)" },
        {
            new OperationCanceledException(Planted, new TimeoutException(Planted)),
            "timeout, no connection to Finnet in half of Finnet:AttemptTimeout"
        },
        { new InvalidOperationException(Planted), "InvalidOperationException" },
        { new HttpRequestException(Planted, new IOException(Planted)), "IOException" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_Failure_Before_Sending_Is_Named(Exception failure, string reason)
    {
        using var network = new UnreachableHandler((_, _) => Task.FromException(failure));
        await using var host = new FinnetHost(network, new ManualClock());

        var answer = await host.FailAsync();

        Assert.Equal(FinnetAnswerKind.NotSent, answer.Kind);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        AssertLogged(host, answer, times: 3);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task The_Same_Failure_After_Sending_Is_In_Doubt(Exception failure, string reason)
    {
        using var network = new StubHandler(_ => throw failure);
        await using var host = new FinnetHost(network, new ManualClock());

        var answer = await host.FailAsync();

        Assert.Equal(FinnetAnswerKind.NoAnswer, answer.Kind);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        AssertLogged(host, answer, times: 1);
    }

    [Fact]
    public async Task A_Port_That_Refuses_Is_Named()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await AssertReasonAsync($"http://{socket.LocalEndPoint}", "no connection to Finnet (ConnectionRefused)");
    }

    [Fact]
    public async Task A_Certificate_That_Nobody_Trusts_Is_Named()
    {
        using var certificate = Certificate.SelfSigned();
        await using var server = new RawServer(async connection =>
        {
            await using var secured = new SslStream(new NetworkStream(connection.Socket));
            try
            {
                await secured.AuthenticateAsServerAsync(certificate);
                await connection.ClosedAsync();
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // The client has hung up.
            }
        });
        await AssertReasonAsync($"https://{server.Address}", "TLS failed (The remote certificate");
    }

    [Fact]
    public async Task A_Server_That_Does_Not_Speak_Tls_Is_Named()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.PeekAsync();
            await connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        await AssertReasonAsync($"https://{server.Address}", "TLS failed (");
    }

    [Fact]
    public async Task A_Proxy_That_Refuses_Is_Named_With_Its_Status()
    {
        await using var proxy = new RawServer(async connection =>
        {
            await connection.ReadHeadersAsync();
            // It says that it closes: a connection that a client keeps and finds closed at the next attempt is a reset.
            await connection.WriteAsync(
                "HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });
        using var network = new SocketsHttpHandler { Proxy = new WebProxy(proxy.Url) };
        await using var host = new FinnetHost(network, new ManualClock(), ("BaseUrl", "https://finnet.invalid"));

        var answer = await host.FailAsync();

        Assert.Equal(FinnetAnswerKind.NotSent, answer.Kind);
        Assert.Contains("the proxy refused to connect (HTTP 407)", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void With_A_Proxy_It_Is_The_Proxy_That_Can_Not_Be_Reached()
    {
        var before = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new ProxyOfOneHost();
            var refused = OfSocket(HttpRequestError.ConnectionError, SocketError.ConnectionRefused);

            Assert.Equal("no connection to the proxy (ConnectionRefused)", FailureReason.Of(refused, new Uri("https://proxied.invalid/")));
            Assert.Equal("no connection to Finnet (ConnectionRefused)", FailureReason.Of(refused, new Uri("https://direct.invalid/")));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task The_Time_That_Was_Over_Is_Named()
    {
        var clock = new ManualClock();
        using var arrived = new SemaphoreSlim(0);
        using var network = new StubHandler(async (number, attempt) =>
        {
            if (number == 1)
                return Answers.Code("4290000", retryAfter: "5");
            arrived.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, attempt);
            return Answers.Sample();
        });
        await using var host = new FinnetHost(network, clock, ("AttemptTimeout", "00:00:06"), ("TotalTimeout", "00:00:08"));
        var total = host.FailAsync();
        await arrived.WaitAsync(); // at 5 s
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("timeout, Finnet:TotalTimeout", (await total).Reason, StringComparison.Ordinal);

        var attempt = host.FailAsync();
        await arrived.WaitAsync();
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Contains("timeout, Finnet:AttemptTimeout", (await attempt).Reason, StringComparison.Ordinal);
    }

    private static async Task AssertReasonAsync(string url, string reason)
    {
        // The time to connect goes by the real clock, and a busy machine may need seconds.
        await using var host = new FinnetHost(
            network: null, new ManualClock(), ("BaseUrl", url), ("AttemptTimeout", "00:01:00"), ("TotalTimeout", "00:02:00"));
        var answer = await host.FailAsync();
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        AssertLogged(host, answer, times: 3);
    }

    private static void AssertLogged(FinnetHost host, FinnetAnswer answer, int times)
    {
        Assert.Equal(times, host.Log.Attempts.Count);
        Assert.All(
            host.Log.Attempts,
            line => Assert.EndsWith($" failed: {answer.Kind}, code none: {answer.Reason} ", line.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("://", answer.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("81295288912", answer.Reason, StringComparison.Ordinal);
    }

    private static HttpRequestException OfSocket(HttpRequestError error, SocketError code) =>
        new(error, Planted, new SocketException((int)code));

    // Of this process: the other tests must not notice it.
    private sealed class ProxyOfOneHost : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : new Uri("http://proxy.invalid:3128");

        public bool IsBypassed(Uri host) => host.Host != "proxied.invalid";
    }
}
