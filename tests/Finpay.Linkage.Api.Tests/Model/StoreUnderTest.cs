using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>The real thing: database, write queue, store and inbox, called as the endpoints call them.</summary>
internal sealed class StoreUnderTest : IDisposable
{
    private readonly IModelEngine engine;
    private readonly StorageKeySet keys = new(
        new ColumnCipher([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]),
        new LookupHash(Convert.FromBase64String(TestSettings.LookupKey), null), []);

    private readonly Dictionary<string, Attempt> attempts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly ManualClock clock = new();
    private readonly ManualResetEventSlim gate = new();
    private IDatabase database = null!;
    private WriteQueue queue = null!;
    private InboxStore inbox = null!;
    private EventOutbox outbox = null!;
    private DbConnection reading = null!;
    private Task held = Task.CompletedTask;
    private int merchant;

    public StoreUnderTest(IModelEngine engine)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        this.engine = engine;
        Open();
        engine.SetServerClock(clock.GetUtcNow());
    }

    /// <summary>Whether the writer can be held, so that calls share a transaction.</summary>
    public bool SharesCommits => database.Writers == 1;

    /// <summary>Empties the file, because a new one per case would be slower than the case.</summary>
    public async Task StartAgainAsync()
    {
        await LetGoAsync();
        attempts.Clear();
        names.Clear();
        if (merchant != 0)
            Crash(0);
        await queue.ExecuteAsync("", transaction => transaction.Connection!.Execute(
            "DELETE FROM event_deliveries; DELETE FROM upgrade_history; DELETE FROM notifications; DELETE FROM upgrades",
            transaction: transaction));
    }

    public void Advance(int milliseconds)
    {
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        engine.SetServerClock(clock.GetUtcNow());
    }

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Ends the process: running calls are lost, and only committed data stays.</summary>
    public void Crash(int ours)
    {
        Close();
        merchant = ours;
        Open();
    }

    /// <summary>Holds the writer until it is released; calls made meanwhile share a transaction.</summary>
    public void Hold()
    {
        gate.Reset();
        held = queue.ExecuteAsync("", _ => gate.Wait(TimeSpan.FromSeconds(30)), persistent: true);
    }

    public async Task LetGoAsync()
    {
        gate.Set();
        await held;
    }

    public async Task<(string State, bool MayHaveArrived)> BeginAsync(Begin call, string attemptName)
    {
        Assert.True(PhoneNumber.TryParse(World.Phones[call.Phone][0], out var phone));
        var request = new UpgradeWidgetRequest
        {
            PartnerReferenceNo = World.References[call.Reference],
            PhoneNo = phone,
            RedirectFinalUrl = $"https://shop.example/{call.Content}",
        };
        // The oracle's time is that of the call; the writer, held for a while, would look at the clock later.
        var begun = await Store(new StandingClock(clock.GetUtcNow())).BeginAsync(
            request, World.Owners[call.Owner], World.Merchants[merchant]);
        if (begun.Row.Version == 1)
            await AssertStoredAsync(begun.Row);
        if (begun.State != AttemptState.Begun)
            return (begun.State.ToString(), false);
        attempts[attemptName] = begun;
        names[begun.Id] = attemptName;
        return (begun.State.ToString(), begun.MayHaveArrived);
    }

    /// <summary>Whether the attempt has begun, on disk; only then can it end.</summary>
    public bool HasBegun(ModelAttempt attempt) => attempts.ContainsKey(attempt.Name);

    /// <returns>Whether the attempt held its record.</returns>
    public async Task<bool> EndAsync(ModelAttempt attempt, FinnetSays says)
    {
        var answer = new FinnetAnswer
        {
            Kind = Kind(says),
            Reason = says.ToString(),
            ResponseCode = ResponseCode.TryParse(World.Code(says), out var code) ? code : null,
            WidgetUrl = says == FinnetSays.Issued ? new Secret(attempt.Name) : null,
            ExpiryTime = says == FinnetSays.Issued ? clock.GetUtcNow() + World.WidgetLife : null,
        };
        var ended = await Store(clock).RecordAsync(attempts[attempt.Name], answer);
        await AssertStoredAsync(ended.Row);
        return ended.Held;
    }

    // A row that is handed out was not read back. As texts, which xunit compares faster than two graphs.
    private async Task AssertStoredAsync(UpgradeRow row)
    {
        var stored = await queue.ExecuteAsync(
            row.PartnerReferenceNo, transaction => UpgradeRecords.Find(transaction, row.PartnerReferenceNo)!);
        if (stored.Version == row.Version)
            Assert.Equal(JsonSerializer.Serialize(stored), JsonSerializer.Serialize(row));
    }

    private static FinnetAnswerKind Kind(FinnetSays says) => says switch
    {
        FinnetSays.Issued => FinnetAnswerKind.WidgetIssued,
        FinnetSays.OnProcess => FinnetAnswerKind.InProcess,
        FinnetSays.Duplicate => FinnetAnswerKind.DuplicateReference,
        FinnetSays.NotReached => FinnetAnswerKind.NotSent,
        _ => Enum.Parse<FinnetAnswerKind>(says.ToString()),
    };

    /// <returns>Whether it is acknowledged.</returns>
    public async Task<bool> NotifyAsync(Notify call)
    {
        var json = Calls.Notification(
            World.Outcomes[call.Outcome][call.Form], World.References[call.Reference], World.Messages[call.Message],
            World.Phones[call.Phone][call.Form], World.Merchants[call.Merchant]);
        var raw = Encoding.UTF8.GetBytes(json);
        var read = KycNotificationReader.Read(raw);
        Assert.Equal(KycNotificationProblem.None, read.Problem);
        var ours = read.MerchantId == World.Merchants[merchant];
        await inbox.StoreAsync(raw, read, new NotificationEvidence
        {
            Passed = ["pathToken"],
            MerchantMatches = ours,
            Problem = ours ? null : "not ours",
        });
        return ours;
    }

    /// <summary>What is in the file.</summary>
    public Seen See()
    {
        EventRows.Check(reading);
        return new StoredRows(database, reading, keys.Cipher, PhoneHash, names).See();
    }

    public void Dispose()
    {
        gate.Set();
        Close();
        gate.Dispose();
        engine.Dispose();
    }

    private byte[] PhoneHash(string phone) => keys.Lookup.Compute(UpgradeRecords.PhonePurpose, phone);

    private UpgradeStore Store(TimeProvider time) =>
        new(queue, keys, inbox,
            Options.Create(new UpgradeOptions { Lease = World.Lease, SettleWithin = World.SettleWithin }), time, outbox,
            NullLogger<UpgradeStore>.Instance);

    private void Open()
    {
        database = engine.Open(clock);
        queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        outbox = new EventOutbox(clock) { Endpoints = EventRows.Endpoints };
        inbox = new InboxStore(queue, keys, clock, outbox);
        reading = database.OpenConnection();
    }

    private void Close()
    {
        reading.Dispose();
        queue.Dispose();
        database.Dispose();
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
