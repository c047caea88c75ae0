using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>The keyed hashes of notifications: made when one comes in, and again from its raw bytes when the lookup key has changed.</summary>
internal static class NotificationHashes
{
    /// <summary>What makes two notifications one (api.md).</summary>
    public static KeyedHashes Content(LookupHash lookup, KycNotification notification) => lookup.ComputeAll(
        "notification",
        notification.MerchantId,
        notification.PartnerReferenceNo,
        notification.Outcome == KycOutcome.Unknown ? $"?{notification.KycResponse}" : notification.Outcome.ToString(),
        notification.KycMessage.Reveal(),
        notification.PhoneNo.Reveal()).After(Neighbourhood(notification.PartnerReferenceNo));

    /// <summary>The same for what is kept as invalid: its bytes.</summary>
    public static KeyedHashes Invalid(LookupHash lookup, byte[] raw) => lookup.ComputeAll("invalid", parts => parts.Add(raw));

    public static KeyedHashes? Phone(LookupHash lookup, KycNotification notification) =>
        notification.PhoneNo.Reveal() is { Length: > 0 } phone ? lookup.ComputeAll(UpgradeService.PhonePurpose, phone) : null;

    // Hashes are scattered over the whole index. Behind their reference, which commonly begins with a time, new ones stand together, in pages that are at hand.
    private static byte[] Neighbourhood(string reference) => Encoding.UTF8.GetBytes(reference[..Math.Min(reference.Length, 24)]);
}
