using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>The keyed hashes of a notification. They are made again from its raw bytes when the lookup key is replaced.</summary>
internal static class NotificationHashes
{
    private const int MinPhoneLength = 7;

    /// <summary>What makes two notifications one (api.md).</summary>
    public static KeyedHashes Content(LookupHash lookup, KycNotification notification) => lookup.ComputeAll(
        "notification", notification.MerchantId, notification.PartnerReferenceNo,
        notification.Outcome == KycOutcome.Unknown ? $"?{notification.KycResponse}" : notification.Outcome.ToString(),
        notification.KycMessage.Reveal(), notification.PhoneNo.Reveal()).After(Prefix(notification.PartnerReferenceNo));

    /// <summary>What makes two invalid ones one: their bytes, and the merchants that they are authentic for.</summary>
    public static KeyedHashes Invalid(LookupHash lookup, byte[] raw, NotificationEvidence evidence) =>
        lookup.ComputeAll($"invalid{string.Concat(evidence.Merchants?.Select(name => $" {name}") ?? [])}", (ReadOnlySpan<byte>)raw);

    /// <summary>Null for what is no number: it says nothing about whose notification it is.</summary>
    public static KeyedHashes? Phone(LookupHash lookup, Secret phoneNo)
    {
        var phone = phoneNo.Reveal();
        return phone.Length >= MinPhoneLength && !phone.AsSpan(phone[0] == '+' ? 1 : 0).ContainsAnyExceptInRange('0', '9')
            ? lookup.ComputeAll(UpgradeRecords.PhonePurpose, phone)
            : null;
    }

    // Hashes alone are scattered over the whole index; behind a reference, which commonly begins with a time, new ones stand together.
    private static byte[] Prefix(string reference) => Encoding.UTF8.GetBytes(reference[..Math.Min(reference.Length, 24)]);
}
