using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>Whether Finnet can be reached: name, connection, TLS and its certificate. No request is sent.</summary>
internal static class FinnetConnection
{
    private const string Check = "connection";

    /// <param name="settings">Say where to.</param>
    /// <param name="clock">Rules <paramref name="patience"/>.</param>
    /// <param name="patience">How long all of it may take.</param>
    public static async Task<IEnumerable<Finding>> LookAsync(LiveSettings settings, TimeProvider clock, TimeSpan patience)
    {
        if (settings.IsWrong("Finnet:BaseUrl"))
            return [Finding.Warning(Check, "not looked at: Finnet:BaseUrl is wrong")];
        var url = settings.Finnet.EffectiveBaseUrl;
        // As the client does it.
        var proxy = HttpClient.DefaultProxy.IsBypassed(url) ? null : HttpClient.DefaultProxy.GetProxy(url);
        using var limit = new CancellationTokenSource(patience, clock);
        return [await ConnectAsync(url, proxy, patience, limit.Token)];
    }

    private static async Task<Finding> ConnectAsync(Uri url, Uri? proxy, TimeSpan patience, CancellationToken cancellationToken)
    {
        var target = proxy ?? url;
        var (place, step) = ($"{(proxy is null ? "" : "the proxy ")}{target.Host}:{target.Port}", "its name is looked up");
        var wrong = "";
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(target.IdnHost, cancellationToken);
            step = "a connection is made";
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            if (proxy is not null)
                return Finding.Warning(Check, $"{place} takes connections; {url.Host} behind it was not looked at, since that needs a request");
            if (url.Scheme != Uri.UriSchemeHttps)
                return Finding.Ok(Check, $"{place} takes connections");
            step = "TLS is set up";
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = target.IdnHost,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                    {
                        wrong = Wrong(chain, errors);
                        return errors == SslPolicyErrors.None;
                    },
                },
                cancellationToken);
            using var certificate = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
            return Finding.Ok(Check, $"{place}, {tls.SslProtocol}, certificate until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        }
        catch (OperationCanceledException)
        {
            return Finding.Failure(Check, $"{place} did not answer within {patience.TotalSeconds:0.###} s while {step}");
        }
        catch (SocketException exception)
        {
            return Finding.Failure(Check, $"{place} can't be reached while {step}: {exception.SocketErrorCode}. Does a firewall stand between, is a proxy needed (HTTPS_PROXY)?");
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return Finding.Failure(Check, wrong.Length > 0
                ? $"{place} shows a certificate that is not trusted here ({wrong})"
                : $"{place} takes connections, but TLS can't be set up");
        }
    }

    private static string Wrong(X509Chain? chain, SslPolicyErrors errors)
    {
        var problems = chain is null ? [] : chain.ChainStatus.Select(status => status.Status.ToString());
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            problems = problems.Prepend("another name");
        return errors == SslPolicyErrors.None ? "" : string.Join(", ", problems.Distinct(StringComparer.Ordinal).DefaultIfEmpty(errors.ToString()));
    }
}
