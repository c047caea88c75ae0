using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;

namespace Finpay.Linkage.Api.Events;

/// <summary>What came of one attempt. Error is one of our own words, never the receiver's.</summary>
internal sealed record AttemptResult(DateTimeOffset At, long DurationMs, int? HttpStatus, string? Error, TimeSpan? RetryAfter = null)
{
    public bool IsDelivered => HttpStatus is >= 200 and < 300;

    /// <summary>The endpoint's Owner or Types do not allow it any more; it was not sent.</summary>
    public bool IsExcluded => Error == EventSender.Excluded;

    /// <summary>The receiver says that it wants no more of this, or the settings do.</summary>
    public bool IsGone => HttpStatus == StatusCodes.Status410Gone || IsExcluded;

    /// <summary>Why it is not delivered.</summary>
    public string Reason => HttpStatus is { } status ? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}") : Error!;
}

/// <summary>Posts one signed message.</summary>
internal sealed class EventSender(IHttpClientFactory clients, IOptions<EventOptions> options, TimeProvider clock)
{
    public const string ClientName = "Finpay.Linkage.Events";
    public const string TimedOut = "timeout";
    public const string Excluded = "excluded by Owner or Types";

    // Of the answer so much is read, and thrown away, so that the connection can be used again.
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public AttemptResult Exclude() => new(clock.GetUtcNow(), 0, null, Excluded);

    /// <param name="endpoint">Where to.</param>
    /// <param name="id">The value of webhook-id.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="cancellationToken">Ends the attempt early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public async Task<AttemptResult> SendAsync(
        EventEndpointOptions endpoint, string id, byte[] body, CancellationToken cancellationToken)
    {
        // Of its own trace: the change that it tells of may be days old.
        using var span = Spans.Start("event attempt", ActivityKind.Client)?.SetTag("linkage.endpoint", endpoint.Name);
        var (at, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var limit = new CancellationTokenSource(options.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(endpoint, id, at, body);
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await ThrowAwayAsync(response, either.Token);
            var status = (int)response.StatusCode;
            return Result(status, null) with
            {
                RetryAfter = status is 429 or 503 ? Wait(response.Headers) : null,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result(null, TimedOut);
        }
        catch (HttpRequestException exception)
        {
            return Result(null, WordFor(exception));
        }

        AttemptResult Result(int? status, string? error)
        {
            var result = new AttemptResult(at, (long)clock.GetElapsedTime(started).TotalMilliseconds, status, error);
            span?.SetTag("http.response.status_code", status).SetTag("error.type", error);
            if (!result.IsDelivered)
                span?.SetStatus(ActivityStatusCode.Error);
            return result;
        }
    }

    private static HttpRequestMessage Request(EventEndpointOptions endpoint, string id, DateTimeOffset at, byte[] body)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var keys = endpoint.Secrets.Select(secret => WebhookSignature.KeyOf(secret)!);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(keys, id, timestamp, body));
        return request;
    }

    // The status is what counts, whatever becomes of the rest.
    private static async Task ThrowAwayAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
            var (buffer, left) = (new byte[4096], MaxAnswerBytes);
            while (left > 0 && await answer.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                left -= read;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
        }
    }

    // The framework reads no more than 2,147,483,647 seconds; the schedule cuts it to a day.
    private TimeSpan? Wait(HttpResponseHeaders headers) =>
        headers.RetryAfter is { } asked ? asked.Delta ?? (asked.Date - clock.GetUtcNow())
            : headers.TryGetValues("Retry-After", out var texts) && texts.Any(text => text.Length > 0 && text.All(char.IsAsciiDigit))
                ? TimeSpan.MaxValue
            : null;

    private static string WordFor(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "name not found",
        HttpRequestError.SecureConnectionError => "TLS failed",
        HttpRequestError.ConnectionError => exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? "connection refused"
            : "no connection",
        HttpRequestError.ProxyTunnelError => "the proxy refused",
        HttpRequestError.ResponseEnded => "connection closed",
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => "not an HTTP answer",
        _ => "connection broken",
    };
}

internal static class EventClient
{
    private static readonly string UserAgent =
        $"Finpay.Linkage/{typeof(EventClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0]}";

    /// <summary>The client that posts events. The attempt limits its time.</summary>
    public static void AddEventClient(this IServiceCollection services) => services
        .AddHttpClient(EventSender.ClientName, http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;
            http.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        })
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            // No traceparent header: trace ids stay inside. The span stays.
            handler.ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator();
            handler.Proxy = new WithoutLoopback();
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
            handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
            handler.ResponseDrainTimeout = TimeSpan.Zero;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        // They would write the URL, which may carry a secret of the receiver's.
        .RemoveAllLoggers();

    // HTTP_PROXY is applied to loopback too, where no proxy can find what listens on this machine.
    private sealed class WithoutLoopback : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => HttpClient.DefaultProxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
