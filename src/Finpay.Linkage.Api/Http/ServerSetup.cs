using System.Text;
using Finpay.Linkage.Api.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Finpay.Linkage.Api.Http;

internal static class ServerSetup
{
    private static readonly Encoding LenientUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>The web server's limits, and the proxies that it believes.</summary>
    public static void AddServer(this WebApplicationBuilder builder)
    {
        // Only CR LF ends a header line: a proxy that reads a lone LF in another way could be used to smuggle a request.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Slow or idle connections are closed; Kestrel's own limit requires 240 bytes/s of a body.
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            kestrel.Limits.MaxRequestHeaderCount = 64;
            // A header that is not UTF-8 is no reason to refuse a result: what can't be read is U+FFFD, as in a body.
            kestrel.RequestHeaderEncodingSelector = _ => LenientUtf8;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            // Every endpoint that reads a body has its own limit (RequestBody).
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<ProxyOptions>>((forwarded, proxies) => proxies.Value.Apply(forwarded));
    }

    /// <summary>After the settings are checked; the server is made before.</summary>
    public static void LimitConnections(this WebApplication app) =>
        app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxConcurrentConnections =
            app.Services.GetRequiredService<IOptions<ConnectionOptions>>().Value.Effective(ConnectionOptions.Descriptors());
}
