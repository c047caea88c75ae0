using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>A message as it arrived.</summary>
public sealed record ReceivedMessage(Uri Url, string Id, string Timestamp, string Signature, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public string? Reference => Json.GetProperty("data").GetProperty("partnerReferenceNo").GetString();
}

/// <summary>The merchant's system: answers as it is told, with 200 when it is not told anything.</summary>
public sealed class EventReceiver : HttpMessageHandler
{
    public const string Secret = "whsec_cGxhbnRlZC1mb3ItdGVzdHMtb25seS0wMDAx";
    public const string NextSecret = "whsec_cGxhbnRlZC1mb3ItdGVzdHMtb25seS0wMDAy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<ReceivedMessage> arrived = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly ConcurrentQueue<ReceivedMessage> all = new();

    /// <summary>What is answered to a message.</summary>
    public Func<ReceivedMessage, CancellationToken, Task<HttpResponseMessage>> Answers { get; set; } =
        (_, _) => Task.FromResult(Status(200));

    public IReadOnlyList<ReceivedMessage> All => [.. all];

    /// <summary>A host with this as the endpoint «shop».</summary>
    public ApiHost Host(params ReadOnlySpan<(string Key, string? Value)> changes) => Configured(
        ApiHost.With([.. Settings("shop"), .. changes]));

    public ApiHost Configured(ApiHost host, Action<IServiceCollection>? change = null) => host.Replacing(services =>
    {
        services.AddHttpClient(EventSender.ClientName).ConfigurePrimaryHttpMessageHandler(() => this);
        change?.Invoke(services);
    });

    public static (string Key, string? Value)[] Settings(string name, int index = 0) =>
    [
        ($"Events:Endpoints:{index}:Name", name), ($"Events:Endpoints:{index}:Url", $"https://{name}.example/events"),
        ($"Events:Endpoints:{index}:Secrets:0", Secret),
    ];

    public void AnswersWith(int status) => Answers = (_, _) => Task.FromResult(Status(status));

    /// <summary>No message is answered until this is set.</summary>
    public TaskCompletionSource Hangs()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Answers = async (_, _) =>
        {
            await release.Task;
            return Status(200);
        };
        return release;
    }

    public static HttpResponseMessage Status(int status) => new((HttpStatusCode)status);

    public async Task<ReceivedMessage> NextAsync() => await arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Whether a signature of the message is that of this secret.</summary>
    public static bool Fits(ReceivedMessage message, string secret) => message.Signature.Split(' ').Contains(WebhookSignature.Sign(
        [WebhookSignature.KeyOf(new Secret(secret))!], message.Id,
        long.Parse(message.Timestamp, System.Globalization.CultureInfo.InvariantCulture), message.Body));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var message = new ReceivedMessage(
            request.RequestUri!, One("webhook-id"), One("webhook-timestamp"), One("webhook-signature"),
            await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        all.Enqueue(message);
        arrived.Writer.TryWrite(message);
        return await Answers(message, cancellationToken);

        string One(string header) => request.Headers.GetValues(header).Single();
    }
}

/// <summary>What tests of events do and look at.</summary>
internal static class EventCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<JsonElement>> EventsAsync(this ApiHost host, string query = "") =>
        (await host.Ops.GetAnswerAsync("/v1/events" + query)).Items;

    /// <summary>
    /// So much time has passed, and the dispatcher looks. A clock that runs through all the seconds between would end what is under way.
    /// </summary>
    public static void Pass(this ApiHost host, TimeSpan time)
    {
        host.Clock.AdjustTime(host.Clock.GetUtcNow() + time);
        host.Services.GetRequiredService<EventDispatcher>().WakeAll();
    }

    /// <summary>Waits until the newest delivery of this filter is in this state.</summary>
    public static async Task<JsonElement> UntilAsync(this ApiHost host, Func<JsonElement, bool> condition, string query = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var events = await host.EventsAsync(query);
            if (events.Count > 0 && condition(events[0]))
                return events[0];
            await Task.Yield();
        }
    }

    public static Task<JsonElement> UntilStateAsync(this ApiHost host, string state, string query = "") =>
        host.UntilAsync(one => one.GetProperty("state").GetString() == state, query);

    public static Task<JsonElement> UntilAttemptsAsync(this ApiHost host, int attempts, string query = "") =>
        host.UntilAsync(one => one.GetProperty("attempts").GetInt32() == attempts, query);

    /// <summary>An upgrade with a widget.</summary>
    public static async Task IssueAsync(this ApiHost host, string reference = Calls.Reference, string phone = Calls.Phone)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync(reference, phone)).Status);
    }

    public static string Text(this JsonElement one, string name) => one.GetProperty(name).ToString();

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
