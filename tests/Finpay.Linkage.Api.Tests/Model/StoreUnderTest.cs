using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using Finpay.Linkage.Api.Callbacks;
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
    private readonly ColumnCipher cipher = new([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]);
    private readonly LookupHash lookup = new(Convert.FromBase64String(TestSettings.LookupKey), null);
    private readonly ManualClock clock = new();
    private readonly ManualResetEventSlim gate = new();
    private IDatabase database = null!;
    private WriteQueue queue = null!;
    private NotificationInbox inbox = null!;
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

    /// <summary>Whether the writer can be held, so that what is called meanwhile shares a transaction.</summary>
    public bool SharesCommits => database.Writers == 1;

    /// <summary>The same file, emptied: a new one for every case would cost more than the case.</summary>
    public async Task StartAgainAsync()
    {
        await LetGoAsync();
        if (merchant != 0)
            Crash(0);
        await queue.ExecuteAsync("", transaction => transaction.Connection!.Execute(
            "DELETE FROM upgrade_history; DELETE FROM notifications; DELETE FROM upgrades", transaction: transaction));
    }

    public void Advance(int milliseconds)
    {
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        engine.SetServerClock(clock.GetUtcNow());
    }

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What was under way is lost with the process; what was committed is all that the next one finds.</summary>
    public void Crash(int ours)
    {
        Close();
        merchant = ours;
        Open();
    }

    /// <summary>Keeps the writer busy until it is let go: what is called meanwhile shares a transaction.</summary>
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

    public async Task<(string Decision, bool MayHaveArrived)> BeginAsync(Begin call, string attemptName)
    {
        var reference = World.References[call.Reference];
        var phone = World.Phones[call.Phone][0];
        var command = new BeginUpgrade(
            reference,
            World.Owners[call.Owner],
            World.Merchants[merchant],
            lookup.ComputeAll("fingerprint", phone, $"content {call.Content}"),
            cipher.Encrypt(phone, UpgradeReader.PhoneColumn, reference),
            PhoneHash(phone).Current,
            attemptName,
            World.Lease);
        // The oracle's time is that of the call; the writer, held for a while, would look at the clock later.
        var called = new StandingClock(clock.GetUtcNow());
        var (begun, stored) = await queue.ExecuteAsync(reference, transaction => (UpgradeStore.Begin(transaction, command, called), UpgradeStore.Find(transaction, reference)!));
        // What is handed out of a new record was not read back.
        if (begun.Decision == BeginDecision.Ask && stored.Version == 1)
            AssertAlike(stored, begun.Row);
        return (begun.Decision.ToString(), begun.MayHaveArrived);
    }

    /// <returns>Whether the attempt held its record.</returns>
    public async Task<bool> EndAsync(ModelAttempt attempt, FinnetSays answer)
    {
        var reference = attempt.Record.Reference;
        var now = clock.GetUtcNow();
        var historyId = Guid.CreateVersion7(now).ToString();
        var outcome = new RecordOutcome(
            reference,
            attempt.Name,
            ToEvent(answer, attempt.MayHaveArrived),
            World.Code(answer),
            null,
            historyId,
            answer == FinnetSays.Issued ? cipher.Encrypt(attempt.Name, UpgradeReader.WidgetUrlColumn, reference) : null,
            answer == FinnetSays.Issued ? now.AddHours(1) : null,
            PhoneHash(attempt.Record.Phone),
            now);
        var (ended, stored) = await queue.ExecuteAsync(
            reference, transaction => (UpgradeStore.Record(transaction, outcome), UpgradeStore.Find(transaction, reference)!), persistent: true);
        AssertAlike(stored, ended.Row);
        return ended.Held;
    }

    // As texts: xunit's own comparison of two graphs takes longer than the whole sequence.
    private static void AssertAlike(UpgradeRow stored, UpgradeRow row) => Assert.Equal(JsonSerializer.Serialize(stored), JsonSerializer.Serialize(row));

    /// <returns>Whether it is acknowledged.</returns>
    public async Task<bool> NotifyAsync(Notify call)
    {
        var json = Calls.Notification(
            World.Outcomes[call.Outcome][call.Form], World.References[call.Reference], World.Messages[call.Message], World.Phones[call.Phone][call.Form], World.Merchants[call.Merchant]);
        return await inbox.TakeAsync(Encoding.UTF8.GetBytes(json), new CallbackVerdict { Passed = ["PathToken"] }, null) == CallbackReply.Taken;
    }

    /// <summary>What is in the file.</summary>
    public Seen See() => new StoredRows(database, reading, cipher, phone => PhoneHash(phone).Current).See();

    public void Dispose()
    {
        gate.Set();
        Close();
        gate.Dispose();
        engine.Dispose();
    }

    private KeyedHashes PhoneHash(string phone) => lookup.ComputeAll(UpgradeService.PhonePurpose, phone);

    private static UpgradeEvent ToEvent(FinnetSays answer, bool mayHaveArrived) => answer switch
    {
        FinnetSays.Issued => FinnetAnswers.For(UpgradeWidgetOutcome.WidgetIssued).Event,
        FinnetSays.OnProcess => FinnetAnswers.For(UpgradeWidgetOutcome.InProcess).Event,
        FinnetSays.Approved => FinnetAnswers.For(UpgradeWidgetOutcome.Approved).Event,
        FinnetSays.Rejected => FinnetAnswers.For(UpgradeWidgetOutcome.Rejected).Event,
        FinnetSays.Refused => FinnetAnswers.For(FinnetFailure.Refused, mayHaveArrived).Event,
        FinnetSays.Duplicate => FinnetAnswers.For(FinnetFailure.DuplicateReference, mayHaveArrived).Event,
        FinnetSays.NotReached => FinnetAnswers.For(FinnetFailure.NotSent, mayHaveArrived).Event,
        FinnetSays.Busy => FinnetAnswers.For(FinnetFailure.Busy, mayHaveArrived).Event,
        FinnetSays.Unclear => FinnetAnswers.For(FinnetFailure.Unclear, mayHaveArrived).Event,
        FinnetSays.NoAnswer => FinnetAnswers.For(FinnetFailure.NoAnswer, mayHaveArrived).Event,
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    private void Open()
    {
        database = engine.Open(clock);
        queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        var finnet = Options.Create(new FinnetOptions { MerchantId = World.Merchants[merchant] });
        inbox = new NotificationInbox(queue, cipher, lookup, finnet, clock, NullLogger<NotificationInbox>.Instance);
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
