using System.Data.Common;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Takes authentic callbacks: reads, hashes, encrypts, and hands one write to the queue. The answer is given after its commit.</summary>
internal sealed partial class NotificationInbox(
    WriteQueue writes, ColumnCipher cipher, LookupHash lookup, IOptions<FinnetOptions> finnet, TimeProvider clock, ILogger<NotificationInbox> logger)
{
    private static readonly Func<DbTransaction, IReadOnlyList<ReceivedNotification>, IReadOnlyList<NotificationResult>> ReceiveAll = NotificationBatch.Receive;

    public async Task<CallbackReply> TakeAsync(byte[] raw, CallbackVerdict verdict, string? externalId)
    {
        var problem = KycNotificationReader.Read(raw, out var notification, out var field);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var encrypted = cipher.Encrypt(raw, NotificationReader.RawColumn, id);
        var evidence = new NotificationEvidence
        {
            Passed = verdict.Passed,
            Observed = verdict.Observed,
            Stale = verdict.Stale ? true : null,
            ExternalId = Shorten(externalId),
        };
        if (notification is null)
        {
            var reply = CallbackReply.For(problem, field);
            return await KeepInvalidAsync(new ReceivedNotification
            {
                Id = id,
                DedupeKey = NotificationHashes.Invalid(lookup, raw),
                ReceivedAt = now,
                Raw = encrypted,
                Evidence = evidence with { Problem = $"{reply.ResponseCode} {reply.ResponseMessage}" },
            }, reply);
        }

        var ours = notification.MerchantId == finnet.Value.MerchantId;
        var received = new ReceivedNotification
        {
            Id = id,
            DedupeKey = ours ? NotificationHashes.Content(lookup, notification) : NotificationHashes.Invalid(lookup, raw),
            ReceivedAt = now,
            Raw = encrypted,
            Evidence = evidence with { MerchantMatches = ours, Problem = ours ? null : $"{CallbackReply.InvalidMerchant.ResponseCode} {CallbackReply.InvalidMerchant.ResponseMessage}" },
            Event = ours ? NotificationStore.ToEvent(notification.Outcome) : null,
            PartnerReferenceNo = Storable(notification.PartnerReferenceNo),
            MerchantId = Storable(notification.MerchantId),
            KycResponse = Storable(notification.KycResponse),
            KycMessage = cipher.Encrypt(notification.KycMessage.Reveal(), NotificationReader.MessageColumn, id),
            PhoneHash = NotificationHashes.Phone(lookup, notification),
        };
        if (!ours)
            return await KeepInvalidAsync(received, CallbackReply.InvalidMerchant);

        var result = await writes.ExecuteSharedAsync(received.PartnerReferenceNo ?? "", received, ReceiveAll);
        LogTaken(LogText.Escape(notification.PartnerReferenceNo), notification.Outcome, result.Disposition, result.Deliveries);
        // The result stands (contract section 4); that somebody looks at it is all that can be done.
        if (result.PhoneMatches == false)
            LogOtherPhone(result.Id, LogText.Escape(notification.PartnerReferenceNo));
        return CallbackReply.Taken;
    }

    private async Task<CallbackReply> KeepInvalidAsync(ReceivedNotification received, CallbackReply reply)
    {
        var result = await writes.ExecuteSharedAsync(received.PartnerReferenceNo ?? "", received, ReceiveAll);
        LogInvalid(result.Id, reply.ResponseCode, result.Deliveries);
        return reply;
    }

    /// <summary>PostgreSQL's text knows no NUL; it is shown by its symbol, the raw bytes and the dedupe key keep it.</summary>
    public static string Storable(string text) => text.Replace('\0', '\u2400');

    private static string? Shorten(string? text) => text is { Length: > 64 } ? text[..64] : text;

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information,
        Message = "Notification for {PartnerReferenceNo}: {Outcome}, {Disposition}, delivery {Deliveries}")]
    private partial void LogTaken(string partnerReferenceNo, KycOutcome outcome, Disposition disposition, long deliveries);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "Authentic callback kept as invalid {NotificationId}: answered {ResponseCode}, delivery {Deliveries}")]
    private partial void LogInvalid(string notificationId, string responseCode, long deliveries);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning, Message = "Authentic notification {NotificationId} names another phone than the record of {PartnerReferenceNo}")]
    private partial void LogOtherPhone(string notificationId, string partnerReferenceNo);
}
