using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>A call that fails before a byte of the body is sent was surely not processed, so it is tried three times.</summary>
public sealed class NeverConnectedTests
{
    [Fact]
    public async Task A_Refused_Connection_Is_Not_Sent_After_Three_Attempts()
    {
        // Bound but not listening: the port is ours and refuses.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await AssertNotSentAsync($"http://{socket.LocalEndPoint}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_Connection_Closed_Before_It_Is_Secure_Is_Not_Sent_After_Three_Attempts(bool reset)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.PeekAsync();
            if (reset)
                connection.ResetOnClose();
        });
        await AssertNotSentAsync($"https://{server.Address}");
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task A_Server_Whose_Certificate_Nobody_Trusts_Gets_Nothing_Of_The_Request()
    {
        using var certificate = Certificate.SelfSigned();
        var received = 0;
        await using var server = new RawServer(async connection =>
        {
            await using var secured = new SslStream(new NetworkStream(connection.Socket));
            try
            {
                await secured.AuthenticateAsServerAsync(certificate);
                received += await secured.ReadAsync(new byte[1]);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // The client has hung up, which is what it should do.
            }
        });
        await AssertNotSentAsync($"https://{server.Address}");
        Assert.Equal((3, 0), (server.Connections, received));
    }

    [Fact]
    public async Task A_Connection_That_Is_Made_At_The_Third_Attempt_Is_Used()
    {
        using var network = new UnreachableThenHandler(failures: 2);
        await using var host = new FinnetHost(network, new ManualClock());
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync()).Kind);
        Assert.Equal((3, 2), (network.Attempts, host.Log.Attempts.Count));
    }

    private static async Task AssertNotSentAsync(string url)
    {
        await using var host = new FinnetHost(network: null, new ManualClock(), ("BaseUrl", url));
        Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);
        Assert.Equal(3, host.Log.Attempts.Count);
    }

    private sealed class UnreachableThenHandler(int failures) : HttpMessageHandler
    {
        public int Attempts { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++Attempts <= failures)
                throw new HttpRequestException("No route to host.");
            await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            return Answers.Sample();
        }
    }
}
