using System.Data.Common;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Who asks Finnet again about which upgrade; from the queue, or in a call.</summary>
internal sealed record Asking(string AskedFor, string Actor, bool IsQueued = false);

/// <summary>Asks Finnet where a customer stands, by a new upgrade for the stored phone.</summary>
internal sealed class AskAgain(
    IDatabase database, ColumnCipher cipher, UpgradeStore store, UpgradeService upgrades, MerchantRing merchants,
    TimeProvider clock)
{
    private static readonly Statement Select =
        new($"SELECT {UpgradeRow.Columns}, phone_no FROM upgrades WHERE partner_reference_no = @reference");

    /// <param name="asking">What is asked.</param>
    /// <param name="scope">What the caller may see.</param>
    /// <param name="cancellationToken">Ends it before anything is stored.</param>
    /// <returns>The attempt on the new upgrade, or why there is none; null when there is no such upgrade.</returns>
    public async Task<Attempt?> AskAsync(Asking asking, Scope scope, CancellationToken cancellationToken) =>
        await BeginAsync(asking, scope, cancellationToken) is { } begun ? await begun.FinishAsync() : null;

    /// <summary>Stores the new upgrade.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<BegunAsking?> BeginAsync(Asking asking, Scope scope, CancellationToken cancellationToken)
    {
        var found = await Select.QueryAsync(
            database, reader => (Row: UpgradeRow.Read(reader), Phone: reader.Bytes(UpgradeRow.ColumnCount)), cancellationToken,
            ("@reference", asking.AskedFor));
        if (found is not [var (row, stored)] || !scope.Covers(row.Owner, row.MerchantId))
            return null;
        if (row.RedactedAt is not null)
            return Refused(AttemptState.Redacted);
        if (merchants.FindById(row.MerchantId) is not { } merchant
            || !cipher.TryDecryptText(stored, EncryptedColumns.Phone, row.PartnerReferenceNo, out var clear)
            || !PhoneNumber.TryParse(clear, out var phone))
            return Refused(AttemptState.NotAskable);
        var request = new UpgradeWidgetRequest
        {
            PartnerReferenceNo = CreateEndpoint.MakeReference(clock.GetUtcNow()),
            PhoneNo = phone,
        };
        var attempt = await store.BeginAsync(request, row.Owner, merchant.Id, asking);
        return new(attempt, () => upgrades.FinishAsync(request, attempt, merchant));

        BegunAsking Refused(AttemptState state)
        {
            var refused = new Attempt(state, row);
            return new(refused, () => Task.FromResult(refused));
        }
    }
}

/// <summary>The new upgrade is stored; Finnet is asked next, unless the attempt says why not.</summary>
internal sealed record BegunAsking(Attempt Attempt, Func<Task<Attempt>> FinishAsync);

/// <summary>Whether Finnet may be asked again about a record, decided under its lock, in the transaction that stores the new one.</summary>
internal static class AskingRules
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Statement SelectChildren = new(
        $"SELECT {UpgradeRow.Columns} FROM upgrades WHERE asked_for = @reference ORDER BY created_at DESC LIMIT 20");

    /// <returns>Null when Finnet may be asked.</returns>
    public static Attempt? Refuse(DbTransaction transaction, Attempt attempt, Asking asking, UpgradeOptions options, TimeProvider clock)
    {
        if (asking.IsQueued && !AskAgainQueue.Take(transaction, asking.AskedFor, clock))
            return attempt with { State = AttemptState.NotQueued };
        var row = UpgradeRecords.Find(transaction, asking.AskedFor)!;
        var now = transaction.Now(clock);
        attempt = attempt with { Row = row, Now = now };
        if (row.RedactedAt is not null)
            return attempt with { State = AttemptState.Redacted };
        if (row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected || (asking.IsQueued && !Overdue.Is(row, options, now)))
            return attempt with { State = AttemptState.NotAskable };
        if (BeginRules.IsHeld(row, now, options.Lease))
            return attempt with { State = AttemptState.InProgress, LeaseLeft = row.LeaseUntil - now };
        var children = SelectChildren.Query(transaction, UpgradeRow.Read, ("@reference", asking.AskedFor));
        if (children.Find(child => child.RedactedAt is null
            && (BeginRules.IsHeld(child, now, options.Lease)
                || (child.Status == UpgradeStatus.WidgetIssued && child.WidgetExpiresAt > now))) is { } open)
            return attempt with { State = AttemptState.Replay, Row = open };
        // Either way: a clock that was wrong must not block it for long.
        if (children is [var newest, ..] && (now - newest.CreatedAt).Duration() < Pause)
            return attempt with { State = AttemptState.AskedRecently, LeaseLeft = Pause - (now - newest.CreatedAt).Duration() };
        return null;
    }
}
