using System.Diagnostics;
using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Benchmarks.Servers;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// The cost of encrypting and hashing stored values, compared with the whole write from the queue to the
/// commit, one at a time and many at once.
/// </summary>
internal static class EncryptionLoad
{
    private const int Computed = 20_000;
    private const int OneByOne = 400;
    private const int AtOnce = 12_800;
    private const int PhotoBytes = 200_000;

    private static readonly StorageKeySet Keys = new(
        new ColumnCipher([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]),
        new LookupHash(Convert.FromBase64String(TestSettings.LookupKey), previousKey: null), []);

    private static readonly ImageDataUri Photo = new(Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[PhotoBytes])));

    private static readonly FinnetAnswer Issued = new()
    {
        Kind = FinnetAnswerKind.WidgetIssued,
        ResponseCode = ResponseCode.Success,
        ResponseMessage = "Request has been processed successfully",
        WidgetUrl = new Secret(
            "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd"),
        ExpiryTime = DateTimeOffset.MaxValue,
    };

    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var store = new FilledStore(options.Postgres);
        store.AddWaiting(0, (OneByOne + AtOnce) * (options.Rounds + 1));
        using var database = store.Open();
        using var writes = new WriteQueue(database, TimeProvider.System, NullLogger<WriteQueue>.Instance);
        var inbox = new InboxStore(writes, Keys, TimeProvider.System, EventOutbox.None);
        var upgrades = new UpgradeStore(
            writes, Keys, inbox, Options.Create(new UpgradeOptions()), TimeProvider.System, EventOutbox.None,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<UpgradeStore>.Instance);
        var next = 0;

        Console.WriteLine(
            $"{(options.Postgres ? "PostgreSQL" : "SQLite")}, {options.Rounds} rounds, medians (and ranges) of microseconds and bytes "
            + "allocated for each");
        List<Cost> sealing = [], hashing = [], sealingCreate = [], hashingCreate = [], hashingPhotos = [];
        List<(double One, double Many)> notifications = [], creates = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            Add(sealing, Compute(SealNotification));
            Add(hashing, Compute(HashNotification));
            Add(sealingCreate, Compute(SealCreate));
            Add(hashingCreate, Compute(_ => HashCreate(null)));
            Add(hashingPhotos, Compute(_ => HashCreate(Photo), Computed / 100));
            Add(notifications, (await TimeAsync(OneByOne, 1, NotifyAsync), await TimeAsync(AtOnce, options.Connections, NotifyAsync)));
            Add(creates, (await TimeAsync(OneByOne, 1, CreateAsync), await TimeAsync(AtOnce, options.Connections, CreateAsync)));

            // The first is for warming up.
            void Add<T>(List<T> results, T result)
            {
                if (round > 0)
                    results.Add(result);
            }
        }

        Say("notification", sealing, hashing, notifications, options.Connections);
        Say("create without photos", sealingCreate, hashingCreate, creates, options.Connections);
        Console.WriteLine($"create, hashes with two photos of {PhotoBytes} bytes: {Text(hashingPhotos)}");
        return 0;

        Task NotifyAsync()
        {
            var raw = Raw(Interlocked.Increment(ref next) - 1);
            return inbox.StoreAsync(raw, KycNotificationReader.Read(raw), new NotificationEvidence { Passed = ["pathToken"] });
        }

        async Task CreateAsync()
        {
            var attempt = await upgrades.BeginAsync(Request($"create-{Guid.NewGuid():N}", photo: null), "shop", TestSettings.MerchantId);
            await upgrades.RecordAsync(attempt, Issued);
        }
    }

    private static void Say(string name, List<Cost> sealing, List<Cost> hashing, List<(double One, double Many)> writes, int connections)
    {
        var shares = Enumerable.Range(0, writes.Count)
            .Select(round =>
                (Sealing: sealing[round].Microseconds, Hashing: hashing[round].Microseconds, writes[round].One, writes[round].Many))
            .ToList();
        Console.WriteLine($"{name}: encryption {Text(sealing)}, hashes {Text(hashing)}");
        Console.WriteLine(
            $"  whole write, one at a time: {Rounds.Text(writes, write => write.One, "0")} us; of it encryption "
            + $"{Rounds.Text(shares, each => each.Sealing / each.One, "0.000")}, hashes "
            + $"{Rounds.Text(shares, each => each.Hashing / each.One, "0.000")}");
        Console.WriteLine(
            $"  whole write, {connections} at once: {Rounds.Text(writes, write => write.Many, "0")} us each; of it encryption "
            + $"{Rounds.Text(shares, each => each.Sealing / each.Many, "0.000")}, hashes "
            + $"{Rounds.Text(shares, each => each.Hashing / each.Many, "0.000")}");
    }

    private static string Text(List<Cost> costs) =>
        $"{Rounds.Text(costs, cost => cost.Microseconds)} us, {Rounds.Text(costs, cost => cost.Bytes, "0")} bytes";

    private static Cost Compute(Action<int> work, int times = Computed)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var time = 0; time < times; time++)
            work(time);
        var took = Stopwatch.GetElapsedTime(start);
        return new Cost(took.TotalMicroseconds / times, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)times);
    }

    /// <returns>Microseconds per write: latency when sent one by one, total time divided by their number when sent at once.</returns>
    private static async Task<double> TimeAsync(int count, int atOnce, Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (var time = 0; time < count / atOnce; time++)
                await work();
        }));
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
    }

    private static byte[] Raw(long number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""
        {"kycResponse":"KYC Approved","kycMessage":"Data matches",
        "partnerReferenceNo":"{{FilledStore.Reference(number)}}","phoneNo":"{{FilledStore.Phone(number)}}",
        "merchantId":"{{TestSettings.MerchantId}}"}
        """));

    private static void SealNotification(int number)
    {
        const string Id = "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
        Keys.Cipher.Encrypt(SampleRaw, EncryptedColumns.Raw, Id);
        Keys.Cipher.Encrypt("Data matches", EncryptedColumns.KycMessage, Id);
    }

    private static readonly byte[] SampleRaw = Raw(1);
    private static readonly KycNotification Sample =
        KycNotificationReader.Read(SampleRaw).Notification ?? throw new InvalidOperationException();

    private static void HashNotification(int number)
    {
        NotificationHashes.Content(Keys.Lookup, Sample);
        NotificationHashes.Phone(Keys.Lookup, Sample.PhoneNo);
    }

    private static void SealCreate(int number)
    {
        const string Reference = "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
        Keys.Cipher.Encrypt(FilledStore.Phone(1), EncryptedColumns.Phone, Reference);
        Keys.Cipher.Encrypt(Issued.ResponseMessage!, EncryptedColumns.HistoryMessage, Reference);
        Keys.Cipher.Encrypt(Issued.WidgetUrl!.Reveal(), EncryptedColumns.WidgetUrl, Reference);
    }

    private static KeyedHashes HashCreate(ImageDataUri? photo)
    {
        Keys.Lookup.ComputeAll(UpgradeRecords.PhonePurpose, FilledStore.Phone(1));
        return Fingerprint.Of(Request("202411011441000012", photo), Keys.Lookup);
    }

    private static UpgradeWidgetRequest Request(string reference, ImageDataUri? photo) => new()
    {
        PartnerReferenceNo = reference,
        PhoneNo = PhoneNumber.TryParse(FilledStore.Phone(1), out var phone) ? phone : throw new InvalidOperationException(),
        RedirectFinalUrl = "https://shop.example/upgraded",
        Images = photo is null
            ? null
            : new UpgradeImages { Ktp = new UpgradeImage(photo, IsEditable: true), Selfie = new UpgradeImage(photo, IsEditable: true) },
        PersonalData = new UpgradePersonalData
        {
            KkNumber = FamilyCardNumber.TryParse("3273012501120007", out var card) ? card : null,
            BiologicalMotherName = new Secret("Siti Aminah"),
            Nationality = Nationality.Wni,
            Email = new Secret("budi.santoso@email.com"),
        },
    };

    private sealed record Cost(double Microseconds, double Bytes);
}
