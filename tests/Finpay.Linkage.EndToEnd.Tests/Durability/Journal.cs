using System.Collections.Concurrent;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>One call for a widget, as its caller saw it.</summary>
internal sealed class CreateCall
{
    public DateTimeOffset SentAt { get; } = DateTimeOffset.UtcNow;

    public DateTimeOffset? EndedAt { get; set; }

    public Reply? Reply { get; set; }

    /// <summary>The caller can't know the result.</summary>
    public bool IsCutOff => Reply is not { Status: not null };

    public bool IsInProgress =>
        Reply is { Status: 409 } && ((string)Reply.Body!["type"]!).EndsWith("request-in-progress", StringComparison.Ordinal);

    /// <summary>The answer says that Finnet was not asked.</summary>
    public bool DidNotAsk => IsInProgress || Reply is { Replayed: true };
}

/// <summary>A reference and the calls that were made for it.</summary>
internal sealed class Upgrade(string reference, string phone, bool mayBeOvertaken)
{
    public string Reference => reference;

    public string Phone => phone;

    public ConcurrentQueue<CreateCall> Calls { get; } = new();

    public ConcurrentBag<Notification> Notifications { get; } = [];

    /// <summary>The notification may come before the create call is answered: then Finnet need not be asked again.</summary>
    public bool MayBeOvertaken => mayBeOvertaken;

    /// <summary>When the call is repeated.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>An answer said that the record exists.</summary>
    public bool IsKnown { get; set; }

    /// <summary>An answer contained the widget.</summary>
    public bool HasWidget { get; set; }

    public string Json => JsonSerializer.Serialize(new { partnerReferenceNo = reference, phoneNo = phone });
}

/// <summary>A distinct content, however often it is sent.</summary>
/// <param name="upgrade">The upgrade that it is about; null for an unknown reference.</param>
/// <param name="reference">Its reference.</param>
/// <param name="response">Finnet's words for the outcome.</param>
/// <param name="message">Unique to this content.</param>
internal sealed class Notification(Upgrade? upgrade, string reference, string response, string message)
{
    private int sent;
    private int acknowledged;

    public string Reference => reference;

    public string Response => response;

    public string Message => message;

    public int Sent => Volatile.Read(ref sent);

    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>The record existed when it was first sent.</summary>
    public bool HasRecord { get; } = upgrade?.IsKnown == true;

    public string Json { get; } = JsonSerializer.Serialize(new
    {
        kycResponse = response,
        kycMessage = message,
        partnerReferenceNo = reference,
        phoneNo = upgrade?.Phone ?? "6281200000000",
        merchantId = TestSettings.MerchantId,
    });

    public void CountSent() => Interlocked.Increment(ref sent);

    public void CountAcknowledged() => Interlocked.Increment(ref acknowledged);
}

/// <summary>How a callback was answered, and when.</summary>
internal sealed record CallbackAnswer(DateTimeOffset At, Reply Reply);

/// <summary>What callers sent and which answers they got.</summary>
internal sealed class Journal
{
    private int upgrades;
    private int messages;

    public ConcurrentQueue<Upgrade> Upgrades { get; } = new();

    public ConcurrentDictionary<string, Notification> Notifications { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<CallbackAnswer> Callbacks { get; } = new();

    /// <summary>Callbacks and creates that were acknowledged.</summary>
    public Counter Acknowledged { get; } = new();

    /// <summary>Callbacks and creates that were told to come again.</summary>
    public Counter Refused { get; } = new();

    public Upgrade AddUpgrade()
    {
        var number = Interlocked.Increment(ref upgrades);
        var upgrade = new Upgrade($"kill-{number:D8}", $"62812{number:D8}", mayBeOvertaken: number % 2 == 0);
        Upgrades.Enqueue(upgrade);
        return upgrade;
    }

    public Notification AddNotification(Upgrade? upgrade)
    {
        var number = Interlocked.Increment(ref messages);
        var notification = new Notification(
            upgrade, upgrade?.Reference ?? $"unknown-{number}", Random.Shared.Next(2) == 0 ? "KYC Approved" : "KYC Rejected",
            $"message {number}");
        upgrade?.Notifications.Add(notification);
        Notifications[notification.Message] = notification;
        return notification;
    }
}
