using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A request as Finnet would see it: the exact bytes.</summary>
public sealed record SentRequest(HttpMethod Method, Uri Url, HttpContentHeaders Headers, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>
/// Replaces the network. Gives the planned answers in order; any other request fails the test when the host ends.
/// </summary>
public sealed class FinnetStub(TimeProvider clock) : HttpMessageHandler
{
    public const string Host = "snap.finnet.co.id";
    private const string StagingHost = "snapstag.finnet.co.id";
    public const string WidgetUrl =
        "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd";
    public const string Message = "Request has been processed successfully";

    private readonly ConcurrentQueue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> plan = new();
    private readonly ConcurrentQueue<SentRequest> sent = new();
    private readonly ConcurrentQueue<string> unplanned = new();
    private readonly ConcurrentQueue<HeldAnswer> held = new();

    public IReadOnlyList<SentRequest> Sent => [.. sent];

    /// <summary>Ends every held request as a closed connection does.</summary>
    public void Abort()
    {
        foreach (var answer in held)
            answer.Answer.TrySetException(new HttpRequestException("The connection broke"));
    }

    /// <summary>2000000 with a URL that works for an hour.</summary>
    public FinnetStub Issues(string widgetUrl = WidgetUrl, string? expiryTime = null) => Answers(Issued(widgetUrl, expiryTime));

    public FinnetStub Answers(string code, string message = Message) =>
        Answers(int.Parse(code.AsSpan(0, 3), CultureInfo.InvariantCulture), Body(code, message));

    public FinnetStub Answers(int status, string body, string? retryAfter = null) => Plan(async (request, cancellationToken) =>
    {
        await TakeAsync(request, cancellationToken);
        return Response(status, body, retryAfter);
    });

    public FinnetStub RefusesConnection() => Plan((_, _) => throw new HttpRequestException("Connection refused"));

    /// <summary>A handler of the host fails in a way that nobody expects, after or before it has read the request.</summary>
    public FinnetStub ThrowsAnything(bool afterSending) => Plan(async (request, cancellationToken) =>
    {
        if (afterSending)
            await TakeAsync(request, cancellationToken);
        throw new InvalidOperationException("planted-handler-text");
    });

    public FinnetStub BreaksAfterSending() => Plan(async (request, cancellationToken) =>
    {
        await TakeAsync(request, cancellationToken);
        throw new HttpRequestException("The connection broke");
    });

    /// <summary>Reads the request and answers only when the test says so, or never.</summary>
    public HeldAnswer Holds()
    {
        var answer = new HeldAnswer(this);
        held.Enqueue(answer);
        Plan(async (request, cancellationToken) =>
        {
            await TakeAsync(request, cancellationToken);
            answer.Arrived.SetResult();
            return await answer.Answer.Task.WaitAsync(cancellationToken);
        });
        return answer;
    }

    public static string Body(string code, string message = Message) => $$"""{"responseCode":"{{code}}","responseMessage":"{{message}}"}""";

    public void ThrowIfUnplanned()
    {
        if (!unplanned.IsEmpty)
            throw new InvalidOperationException($"Unplanned egress: {string.Join(", ", unplanned)}");
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Host is Host or StagingHost && plan.TryDequeue(out var answer))
            return answer(request, cancellationToken);
        unplanned.Enqueue($"{request.Method} {request.RequestUri}");
        throw new InvalidOperationException("Unplanned egress");
    }

    private FinnetStub Plan(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        plan.Enqueue(answer);
        return this;
    }

    private FinnetStub Answers((int Status, string Body) answer) => Answers(answer.Status, answer.Body);

    private (int Status, string Body) Issued(string widgetUrl, string? expiryTime) => (200, JsonSerializer.Serialize(new
    {
        responseCode = "2000000",
        responseMessage = Message,
        widgetUrl,
        expiryTime = expiryTime
            ?? clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).AddHours(1).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
    }));

    private async Task TakeAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        sent.Enqueue(new SentRequest(
            request.Method, request.RequestUri!, request.Content!.Headers, await request.Content.ReadAsByteArrayAsync(cancellationToken)));

    private static HttpResponseMessage Response(int status, string body, string? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(
            body, Encoding.UTF8, "application/json")
        };
        if (retryAfter is not null)
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }

    public sealed class HeldAnswer(FinnetStub stub)
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<HttpResponseMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Issues()
        {
            var (status, body) = stub.Issued(WidgetUrl, null);
            Answer.SetResult(Response(status, body));
        }

        public void Answers(string body, int status) => Answer.SetResult(Response(status, body));

        public void Answers(string code) =>
            Answer.SetResult(Response(int.Parse(code.AsSpan(0, 3), CultureInfo.InvariantCulture), Body(code)));
    }
}
