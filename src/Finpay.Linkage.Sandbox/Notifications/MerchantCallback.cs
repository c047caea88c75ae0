using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>One attempt to notify the merchant.</summary>
internal sealed class MerchantCallback(IHttpClientFactory clients, SandboxClock clock, string merchantId)
{
    public const string ClientName = "merchant";

    private const int ShortBody = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns the notification after the attempt: delivered, refused, given up, or due again.</summary>
    public async Task<Notification> AttemptAsync(Uri target, Session session, Notification notification)
    {
        var at = clock.GetUtcNow();
        var (attempt, state) = await PostAsync(target, Body(session, notification, merchantId), at);
        var attempts = notification.Attempts.Add(attempt);
        var next = state is NotificationState.Pending ? RetrySchedule.Next(attempts.Count, at) : null;
        return notification with
        {
            Attempts = attempts,
            DueAt = next,
            State = state is NotificationState.Pending && next is null ? NotificationState.GivenUp : state,
        };
    }

    public static byte[] Body(Session session, Notification notification, string merchantId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kycResponse", notification.KycResponse);
            json.WriteString(notification.MessageField, notification.Message);
            json.WriteString("partnerReferenceNo", session.PartnerReferenceNo);
            json.WriteString("phoneNo", session.PhoneNo);
            json.WriteString("merchantId", merchantId);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The answer, and what it means for the schedule.</summary>
    public async Task<(Attempt Attempt, NotificationState State)> PostAsync(Uri target, byte[] body, DateTimeOffset at)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        // Real time, because an advance of the sandbox clock must not cut off an answer.
        using var patience = new CancellationTokenSource(Patience, clock.Inner);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.PostAsync(target, content, patience.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(patience.Token);
            var status = (int)response.StatusCode;
            var text = Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, ShortBody)));
            var state = status >= 500 ? NotificationState.Pending
                : status == 200 && IsProcessed(answer) ? NotificationState.Delivered
                : NotificationState.Refused;
            return (new Attempt(at, status, text, Error: null), state);
        }
        catch (OperationCanceledException)
        {
            return (new Attempt(at, Status: null, Body: null, $"no answer within {Patience.TotalSeconds:0} s"), NotificationState.Pending);
        }
        catch (HttpRequestException e)
        {
            return (new Attempt(at, Status: null, Body: null, e.Message), NotificationState.Pending);
        }
    }

    private static bool IsProcessed(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("responseCode", out var code)
                && code.ValueKind is JsonValueKind.String
                && code.ValueEquals("2000000");
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
