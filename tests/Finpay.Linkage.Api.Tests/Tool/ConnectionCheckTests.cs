using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Check;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>
/// Whether Finnet can be reached, looked at with servers of this machine. A certificate that is trusted: <see cref="ToolProcessTests"/>.
/// </summary>
public sealed class ConnectionCheckTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ManualClock clock = new();

    public ConnectionCheckTests() => listener.Start();

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_Port_That_Is_Open_Is_Reached_And_A_Closed_One_Is_Not()
    {
        var url = $"http://127.0.0.1:{Port}";

        Assert.Equal((Level.Ok, $"127.0.0.1:{Port} accepts connections"), Of(await LookAsync(url)));
        listener.Stop();
        var closed = await LookAsync(url);

        Assert.Equal(Level.Failure, closed.Level);
        Assert.Contains("can't be reached: ConnectionRefused", closed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_Endpoint_Of_Events_Is_Reached_Without_A_Message()
    {
        var report = await LookAtEventsAsync(
            $"http://127.0.0.1:{Port}/secret-path", "http://127.0.0.1:1/secret-path", "http://shop.example/");

        Assert.Equal([Level.Ok, Level.Failure, Level.Warning], report.Findings.Select(finding => finding.Level));
        Assert.Equal($"endpoint-0: 127.0.0.1:{Port} accepts connections", report.Findings[0].Text);
        Assert.Contains("endpoint-1: 127.0.0.1:1 can't be reached: ConnectionRefused", report.Findings[1].Text, StringComparison.Ordinal);
        Assert.Contains("Events:Endpoints:2 was not checked", report.Findings[2].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("no endpoints", Assert.Single((await LookAtEventsAsync()).Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Certificate_That_Is_Not_Trusted_Is_Told_From_One_That_Is_For_Another_Name()
    {
        using var certificates = new Certificates(TimeProvider.System.GetUtcNow());
        using var certificate = certificates.Issue();
        var serving = ServeAsync(certificate, connections: 2);

        var (named, other) = (await LookAsync($"https://localhost:{Port}"), await LookAsync($"https://127.0.0.1:{Port}"));
        await serving;

        Assert.Equal((Level.Failure, Level.Failure), (named.Level, other.Level));
        Assert.Contains("The remote certificate is invalid", named.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("RemoteCertificateNameMismatch", named.Text, StringComparison.Ordinal);
        Assert.Contains("RemoteCertificateNameMismatch", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Answers_Without_Tls_Is_Not_Finnet()
    {
        var looking = LookAsync($"https://127.0.0.1:{Port}");
        using (var connection = await listener.AcceptSocketAsync())
            await connection.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        var finding = await looking;

        Assert.Equal(Level.Failure, finding.Level);
        Assert.Contains("but TLS fails", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_Takes_The_Connection_And_Says_Nothing_Is_Waited_For_Only_So_Long()
    {
        var looking = LookAsync($"https://127.0.0.1:{Port}");
        using var connection = await listener.AcceptSocketAsync();
        Assert.Equal(1, await connection.ReceiveAsync(new byte[1]));
        Assert.False(looking.IsCompleted);

        clock.Advance(Patience);

        Assert.Equal((Level.Failure, $"127.0.0.1:{Port} did not answer within 5 s"), Of(await looking.WaitAsync(TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public async Task No_Byte_Of_A_Request_Is_Sent()
    {
        var looking = LookAsync($"http://127.0.0.1:{Port}");
        using var connection = await listener.AcceptSocketAsync();
        await looking;

        Assert.Equal(0, await connection.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_Name_That_Nobody_Can_Have_Is_Not_Found()
    {
        // 64 characters between two dots: no name server is asked.
        var finding = await LookAsync($"https://{new string('x', 64)}.example");

        Assert.Equal(Level.Failure, finding.Level);
        Assert.Contains("can't be reached: ", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Wrong_Address_Is_Not_Looked_At_And_Hides_Nothing_Else()
    {
        Assert.Equal(Level.Warning, (await LookAsync("http://finnet.example")).Level);

        var report = await CheckCommand.RunAsync(
            GoodSettings.Read(folder, ("Finnet:BaseUrl", $"https://{string.Join('.', Enumerable.Repeat(new string('x', 60), 5))}")),
            clock,
            Patience);

        Assert.Contains(
            "can't be checked", Assert.Single(report.Findings, finding => finding.Check == "connection").Text, StringComparison.Ordinal);
        Assert.Contains(report.Findings, finding => finding is { Check: "database", Level: Level.Ok });
        Assert.Contains(report.Findings, finding => finding is { Check: "logs", Level: Level.Ok });
    }

    private static (Level Level, string Text) Of(Finding finding) => (finding.Level, finding.Text);

    private async Task<Finding> LookAsync(string url)
    {
        var report = new Report();
        await ConnectionCheck.RunAsync(GoodSettings.Read(folder, ("Finnet:BaseUrl", url)), report, clock, Patience);
        return Assert.Single(report.Findings);
    }

    private async Task<Report> LookAtEventsAsync(params string[] urls)
    {
        var report = new Report();
        var settings = urls.Index().SelectMany(url =>
        {
            var endpoint = EventReceiver.Settings($"endpoint-{url.Index}", url.Index);
            endpoint[1].Value = url.Item;
            return endpoint;
        });
        await ConnectionCheck.RunEventsAsync(GoodSettings.Read(folder, settings), report, clock, Patience);
        return report;
    }

    private async Task ServeAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, int connections)
    {
        for (var number = 0; number < connections; number++)
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(connection.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                Assert.Equal(0, await tls.ReadAsync(new byte[1]));
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side did not believe it.
            }
        }
    }
}
