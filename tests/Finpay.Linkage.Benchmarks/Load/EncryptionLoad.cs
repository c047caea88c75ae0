using System.Diagnostics;
using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Benchmarks.Servers;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>What it costs to encrypt and to hash what is stored, against the whole write: from the queue to the commit, one at a time and many at once.</summary>
internal static class EncryptionLoad
{
    private const int Computed = 20_000;
    private const int OneByOne = 400;
    private const int AtOnce = 12_800;
    private const int PhotoBytes = 200_000;

    private static readonly ColumnCipher Cipher = new([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]);
    private static readonly LookupHash Lookup = new(Convert.FromBase64String(TestSettings.LookupKey), previousKey: null);
    private static readonly byte[] Photo = Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[PhotoBytes]));

    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var store = new FilledStore(options.Postgres);
        store.AddWaiting(0, (OneByOne + AtOnce) * (options.Rounds + 1));
        using var database = store.Open();
        using var writes = new WriteQueue(database, TimeProvider.System, NullLogger<WriteQueue>.Instance);
        var inbox = new NotificationInbox(
            writes, Cipher, Lookup, Options.Create(new FinnetOptions { MerchantId = TestSettings.MerchantId }), TimeProvider.System, NullLogger<NotificationInbox>.Instance);
        var next = 0;

        Console.WriteLine($"{(options.Postgres ? "PostgreSQL" : "SQLite")}, {options.Rounds} rounds, medians (and ranges) of microseconds and bytes allocated for each");
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

        Task NotifyAsync() => inbox.TakeAsync(Raw(Interlocked.Increment(ref next) - 1), new CallbackVerdict { Passed = ["pathToken"] }, null);

        Task CreateAsync() => StoreCreateAsync(writes, $"create-{Guid.NewGuid():N}");
    }

    private static void Say(string name, List<Cost> sealing, List<Cost> hashing, List<(double One, double Many)> writes, int connections)
    {
        var shares = Enumerable.Range(0, writes.Count).Select(round => (Sealing: sealing[round].Microseconds, Hashing: hashing[round].Microseconds, writes[round].One, writes[round].Many)).ToList();
        Console.WriteLine($"{name}: encryption {Text(sealing)}, hashes {Text(hashing)}");
        Console.WriteLine($"  whole write, one at a time: {Rounds.Text(writes, write => write.One, "0")} us; of it encryption {Rounds.Text(shares, each => each.Sealing / each.One, "0.000")}, hashes {Rounds.Text(shares, each => each.Hashing / each.One, "0.000")}");
        Console.WriteLine($"  whole write, {connections} at once: {Rounds.Text(writes, write => write.Many, "0")} us each; of it encryption {Rounds.Text(shares, each => each.Sealing / each.Many, "0.000")}, hashes {Rounds.Text(shares, each => each.Hashing / each.Many, "0.000")}");
    }

    private static string Text(List<Cost> costs) => $"{Rounds.Text(costs, cost => cost.Microseconds)} us, {Rounds.Text(costs, cost => cost.Bytes, "0")} bytes";

    private static Cost Compute(Action<int> work, int times = Computed)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var time = 0; time < times; time++)
            work(time);
        var took = Stopwatch.GetElapsedTime(start);
        return new Cost(took.TotalMicroseconds / times, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)times);
    }

    /// <returns>Microseconds for each: of waiting when they go one by one, of the machine's when there are many at once.</returns>
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
        $$"""{"kycResponse":"KYC Approved","kycMessage":"Data matches","partnerReferenceNo":"{{FilledStore.Reference(number)}}","phoneNo":"{{FilledStore.Phone(number)}}","merchantId":"{{TestSettings.MerchantId}}"}"""));

    private static void SealNotification(int number)
    {
        const string Id = "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
        Cipher.Encrypt(SampleRaw, NotificationReader.RawColumn, Id);
        Cipher.Encrypt("Data matches", NotificationReader.MessageColumn, Id);
    }

    private static readonly byte[] SampleRaw = Raw(1);
    private static readonly KycNotification Sample = KycNotificationReader.Read(SampleRaw, out var notification, out _) == KycNotificationProblem.None ? notification! : throw new InvalidOperationException();

    private static void HashNotification(int number)
    {
        NotificationHashes.Content(Lookup, Sample);
        NotificationHashes.Phone(Lookup, Sample);
    }

    private static void SealCreate(int number) => (Phone(FilledStore.Reference(number)), Message("h"), WidgetUrl(FilledStore.Reference(number))).GetHashCode();

    private static KeyedHashes HashCreate(byte[]? photo)
    {
        Lookup.ComputeAll(UpgradeService.PhonePurpose, FilledStore.Phone(1));
        return Fingerprint(photo);
    }

    private static byte[] Phone(string reference) => Cipher.Encrypt(FilledStore.Phone(1), UpgradeReader.PhoneColumn, reference);

    private static byte[] Message(string historyId) => Cipher.Encrypt("Request has been processed successfully", UpgradeReader.MessageColumn, historyId);

    private static byte[] WidgetUrl(string reference) => Cipher.Encrypt(
        "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd", UpgradeReader.WidgetUrlColumn, reference);

    // As UpgradeService makes it.
    private static KeyedHashes Fingerprint(byte[]? photo) => Lookup.ComputeAll("fingerprint", parts =>
    {
        parts.Add(FilledStore.Phone(1));
        parts.Add("https://shop.example/upgraded");
        for (var image = 0; image < 2; image++)
        {
            parts.Add(photo is null ? null : "editable");
            if (photo is not null)
                parts.AddLarge(photo);
        }

        parts.Add("3273012501120007");
        parts.Add("Siti Aminah");
        parts.Add("WNI");
        parts.Add("budi.santoso@email.com");
    });

    /// <summary>The two writes of a create: the intent, and how asking ended.</summary>
    private static async Task StoreCreateAsync(WriteQueue writes, string reference)
    {
        var (attempt, historyId, now) = (Guid.NewGuid().ToString("N"), Guid.CreateVersion7().ToString(), TimeProvider.System.GetUtcNow());
        var phone = Lookup.ComputeAll(UpgradeService.PhonePurpose, FilledStore.Phone(1));
        var intent = new BeginUpgrade(reference, "shop", TestSettings.MerchantId, Fingerprint(null), Phone(reference), phone.Current, attempt, TimeSpan.FromSeconds(45));
        await writes.ExecuteAsync(reference, transaction => UpgradeStore.Begin(transaction, intent, TimeProvider.System));
        var outcome = new RecordOutcome(
            reference, attempt, UpgradeEvent.WidgetIssued, "2000000", Message(historyId), historyId, WidgetUrl(reference), now.AddDays(1), phone, now);
        await writes.ExecuteAsync(reference, transaction => UpgradeStore.Record(transaction, outcome), persistent: true);
    }

    private sealed record Cost(double Microseconds, double Bytes);
}
