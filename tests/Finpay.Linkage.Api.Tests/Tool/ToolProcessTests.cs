using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The command as a process of its own: what it trusts, which proxy it goes by and how it ends are a process's.</summary>
public sealed class ToolProcessTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linkage-live-");
    private readonly Certificates certificates = new(TimeProvider.System.GetUtcNow());
    private readonly TcpListener finnet = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2 certificate;
    private readonly string trusted;
    private Task serving = Task.CompletedTask;

    public ToolProcessTests()
    {
        certificate = certificates.Issue();
        trusted = Path.Combine(folder.FullName, "trusted.pem");
        File.WriteAllText(trusted, certificates.AuthorityPem);
    }

    private int Port => ((IPEndPoint)finnet.LocalEndpoint).Port;

    public Task InitializeAsync()
    {
        finnet.Start();
        serving = ServeAsync();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
    }

    public void Dispose()
    {
        finnet.Dispose();
        stop.Dispose();
        certificate.Dispose();
        certificates.Dispose();
        folder.Delete(recursive: true);
    }

    [OpenSslFact]
    public async Task What_Is_Ready_Ends_With_0_And_A_Finnet_That_Is_Not_Trusted_With_1()
    {
        var (exitCode, output) = await RunAsync(("SSL_CERT_FILE", trusted));

        Assert.Equal((0, ""), (exitCode, string.Join('\n', output.Where(line => line.StartsWith("Failure ", StringComparison.Ordinal)))));
        Assert.StartsWith($"localhost:{Port}, Tls1", Text(output, "Ok", "connection"), StringComparison.Ordinal);
        Assert.StartsWith("Failures: 0, ", output[^1], StringComparison.Ordinal);

        (exitCode, output) = await RunAsync(("SSL_CERT_FILE", null));

        Assert.Equal(1, exitCode);
        Assert.Contains("The remote certificate is invalid", Text(output, "Failure", "connection"), StringComparison.Ordinal);
        Assert.StartsWith("Failures: 1, ", output[^1], StringComparison.Ordinal);
    }

    [OpenSslFact]
    public async Task Behind_A_Proxy_Only_The_Proxy_Is_Looked_At()
    {
        var (exitCode, output) = await RunAsync(
            ("Finnet__BaseUrl", "https://finnet.example"), ("HTTPS_PROXY", $"http://user:planted-password@localhost:{Port}"),
            ("NO_PROXY", null));

        Assert.Equal(0, exitCode);
        Assert.Contains($"the proxy localhost:{Port} accepts connections", Text(output, "Warning", "connection"), StringComparison.Ordinal);
        Assert.DoesNotContain(output, line => line.Contains("planted", StringComparison.Ordinal));
    }

    private async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(params (string Name, string? Value)[] environment)
    {
        var settings = GoodSettings.Create(folder.FullName);
        settings["Finnet:BaseUrl"] = $"https://localhost:{Port}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Finpay.Linkage.Tool.dll"), "check"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
        };
        foreach (var (key, value) in settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))
            .Concat(environment))
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.TrimEnd().Split(Environment.NewLine));
    }

    private static string Text(IEnumerable<string> output, string level, string check)
    {
        var begin = $"{level,-7}  {check,-12}  ";
        return Assert.Single(output, line => line.StartsWith(begin, StringComparison.Ordinal))[begin.Length..];
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await finnet.AcceptTcpClientAsync(stop.Token);
                await using var tls = new SslStream(connection.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
                    // Not a byte of a request.
                    Assert.Equal(0, await tls.ReadAsync(new byte[1], stop.Token));
                }
                catch (Exception exception) when (exception is IOException or AuthenticationException)
                {
                    // The other side did not trust the certificate, or needs a proxy.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    /// <summary>Where TLS is OpenSSL's, SSL_CERT_FILE sets the trusted certificates.</summary>
    private sealed class OpenSslFactAttribute : FactAttribute
    {
        public OpenSslFactAttribute()
        {
            if (!OperatingSystem.IsLinux())
                Skip = "Needs Linux, whose trusted certificates an environment variable names";
        }
    }
}
