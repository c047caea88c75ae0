using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Few references, phones and contents, so that all meets all.</summary>
internal sealed class NotificationScript(int seed)
{
    private static readonly KycOutcome[] Outcomes = [KycOutcome.Approved, KycOutcome.Rejected, KycOutcome.Unknown];
    private static readonly string[] Statuses =
        ["widgetIssued", "widgetIssued", "widgetIssued", "inProcess", "approved", "rejected", "failed"];
    private readonly Random random = new(seed);

    public List<(string Reference, string Status, byte[] Phone)> SomeUpgrades() =>
        [.. Enumerable.Range(0, random.Next(6))
            .Select(_ => (Reference(), Statuses[random.Next(Statuses.Length)], Hash(Phone()).Current))];

    public List<ReceivedNotification> SomeNotifications() => [.. Enumerable.Range(0, random.Next(1, 16))
        .Select(_ => random.Next(12) switch
    {
        0 => Invalid(Reference()),
        1 => Invalid("") with { PartnerReferenceNo = null },
        2 => Rotated(Notification(Reference(), Outcomes[random.Next(3)], Phone(), "because")),
        _ => Notification(Reference(), Outcomes[random.Next(3)], Phone(), random.Next(4) == 0 ? "or not" : "because"),
    })];

    public static ReceivedNotification Notification(string reference, KycOutcome outcome, string phone, string message) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        DedupeKey = Hash($"{reference}/{outcome}/{message}/{phone}"),
        ReceivedAt = ManualClock.Start,
        Raw = [1, 2, 3],
        Evidence = new NotificationEvidence { Passed = ["pathToken"], MerchantMatches = true },
        Outcome = outcome,
        PartnerReferenceNo = reference,
        MerchantId = "M",
        KycResponse = outcome.ToString(),
        KycMessage = message.Length % 2 == 0 ? null : Encoding.UTF8.GetBytes(message),
        PhoneHash = phone.Length == 0 ? null : Hash(phone),
    };

    // What came before the lookup key was changed is found by the previous one.
    private static ReceivedNotification Rotated(ReceivedNotification notification) =>
        notification with
        {
            DedupeKey = new KeyedHashes(
            SHA256.HashData(notification.DedupeKey!.Current), notification.DedupeKey.Current)
        };

    private static ReceivedNotification Invalid(string reference) =>
        Notification(reference, KycOutcome.Unknown, "", "invalid") with { Outcome = null };

    private static KeyedHashes Hash(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)), null);

    private string Reference() => string.Create(CultureInfo.InvariantCulture, $"{seed}-{random.Next(10)}");

    private string Phone() =>
        random.Next(5) is > 0 and var number ? string.Create(CultureInfo.InvariantCulture, $"{seed}/{number}") : "";

    public static void Insert(DbConnection connection, List<(string Reference, string Status, byte[] Phone)> upgrades) =>
        connection.Execute(
            """
            INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, phone_hash, widget_url, may_have_arrived,
              version, created_at, updated_at, redacted_at)
            VALUES (@Reference, 'shop', 'M', @Status, CASE WHEN @Reference NOT LIKE '%-3' THEN @Phone END, '\x01', 0,
              1, 0, 0, CASE WHEN @Reference LIKE '%-3' THEN 0 END) ON CONFLICT DO NOTHING
            """,
            upgrades.ConvertAll(upgrade => new { upgrade.Reference, upgrade.Status, upgrade.Phone }));
}
