using System.Net.Sockets;

namespace Finpay.Linkage.Finnet;

/// <summary>Says why there is no answer, for the log: no address and nothing of a body.</summary>
internal static class FailureReason
{
    public static string Of(Exception exception, Uri target)
    {
        var root = exception.GetBaseException();
        var detail = root is SocketException socket ? socket.SocketErrorCode.ToString() : root.GetType().Name;
        // With a proxy it is the proxy that is looked up and connected to.
        var place = IsProxied(target) ? "the proxy" : "Finnet";
        return exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } =>
                $"timeout, no connection to {place} in half of Finnet:AttemptTimeout",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"no address of {place} found ({detail})",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"no connection to {place} ({detail})",
            // The texts of the framework and of OpenSSL name the fault of the certificate or of the protocol.
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                $"TLS failed ({root.Message.TrimEnd('.')})",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: var status } =>
                $"the proxy refused to connect{(status is null ? "" : $" (HTTP {(int)status})")}",
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => $"{error} ({detail})",
            _ => detail,
        };
    }

    private static bool IsProxied(Uri target) =>
        !HttpClient.DefaultProxy.IsBypassed(target) && HttpClient.DefaultProxy.GetProxy(target) is not null;
}
