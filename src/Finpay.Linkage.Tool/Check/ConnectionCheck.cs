using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Finpay.Linkage.Tool.Check;

/// <summary>Whether Finnet and the endpoints of events can be reached: name, connection, TLS and certificate. No request is sent.</summary>
internal static class ConnectionCheck
{
    private const string Check = "connection";
    private const string Events = "events";

    /// <summary>Each endpoint has as much time; no message is sent.</summary>
    public static async Task RunEventsAsync(LiveSettings settings, Report report, TimeProvider clock, TimeSpan patience)
    {
        foreach (var (index, endpoint) in settings.Events.Endpoints.Index())
        {
            if (endpoint.Url is not { } url || settings.IsWrong($"Events:Endpoints:{index}:Url"))
                report.Warn(Events, $"Events:Endpoints:{index} was not checked: its Url is wrong");
            else
                await ReachAsync(Events, $"{endpoint.Name}: ", url, report, clock, patience);
            var owner = settings.ApiKeys.FirstOrDefault(key => key.Name == endpoint.Owner);
            if (endpoint.Merchant.Length > 0 && owner?.MerchantName is { } name && name != endpoint.Merchant)
                report.Warn(Events, $"{endpoint.Name}: {endpoint.Owner} (Owner) is of another merchant, so it will be told nothing");
            if (endpoint.Owner.Length > 0 && !settings.ApiKeys.Any(key => key.Name == endpoint.Owner))
                report.Warn(Events, $"{endpoint.Name}: no API key has the name {endpoint.Owner} (Owner), so it will be told nothing");
        }

        report.OkIfNothingFound(Events, "no endpoints: nobody is told of results");
    }

    public static async Task RunAsync(LiveSettings settings, Report report, TimeProvider clock, TimeSpan patience)
    {
        foreach (var merchant in settings.Merchants.Where(one => settings.IsWrong($"{one.Path}:BaseUrl")))
            report.Warn(Check, $"not checked: {merchant.Path}:BaseUrl is wrong");
        var reachable = settings.Merchants.Where(one => !settings.IsWrong($"{one.Path}:BaseUrl"));
        foreach (var same in reachable.GroupBy(one => one.Finnet.EffectiveBaseUrl).ToList())
        {
            var names = settings.Merchants.Count == 1 ? "" : $"{string.Join(", ", same.Select(one => one.Section.Name))}: ";
            await ReachAsync(Check, names, same.Key, report, clock, patience);
        }
    }

    private static async Task ReachAsync(
        string check, string name, Uri url, Report report, TimeProvider clock, TimeSpan patience)
    {
        // As the client does it.
        var proxy = url.IsLoopback || HttpClient.DefaultProxy.IsBypassed(url) ? null : HttpClient.DefaultProxy.GetProxy(url);
        var target = proxy ?? url;
        var place = $"{name}{(proxy is null ? "" : "the proxy ")}{target.Host}:{target.Port}";
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(await Dns.GetHostAddressesAsync(target.IdnHost, limit.Token), target.Port, limit.Token);
            if (proxy is not null)
                report.Warn(check, $"{place} accepts connections; {url.Host} behind it was not checked, because that needs a request");
            else if (url.Scheme != Uri.UriSchemeHttps)
                report.Ok(check, $"{place} accepts connections");
            else
                report.Ok(check, $"{place}, {await SetUpTlsAsync(socket, target.IdnHost, limit.Token)}");
        }
        catch (OperationCanceledException)
        {
            report.Fail(check, $"{place} did not answer within {patience.TotalSeconds:0.###} s");
        }
        catch (SocketException exception)
        {
            report.Fail(check, $"{place} can't be reached: {exception.SocketErrorCode}. Is there a firewall, or a proxy (HTTPS_PROXY)?");
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            report.Fail(check, $"{place} accepts connections, but TLS fails: {exception.Message}");
        }
    }

    private static async Task<string> SetUpTlsAsync(Socket socket, string host, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new() { TargetHost = host }, cancellationToken);
        using var certificate = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
        return $"{tls.SslProtocol}, certificate valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
    }
}
