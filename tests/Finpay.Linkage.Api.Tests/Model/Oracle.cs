namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>
/// A small model of api.md: POST's table of answers, «The lease», «Status and notifications». It shares no rule with the
/// service, so that it is an independent check.
/// </summary>
internal sealed class Oracle(long now)
{
    private readonly SortedDictionary<string, ModelRecord> records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelNotice> known = new(StringComparer.Ordinal);
    private readonly List<ModelNotice> inbox = [];
    private readonly List<ModelAttempt> underWay = [];

    public long Now { get; private set; } = now;

    public string Merchant { get; private set; } = World.Merchants[0];

    /// <summary>The interesting situations that occurred in this case.</summary>
    public HashSet<string> Met { get; } = new(StringComparer.Ordinal);

    public Seen Seen => new(
        [.. records.Values.Select(record => record.Seen)],
        [.. records.Values.SelectMany(record => record.History)],
        [.. inbox.Select(notice => notice.Seen)]);

    public void Advance(long milliseconds) => Now += milliseconds;

    public void Crash(int merchant)
    {
        if (underWay.Count > 0)
            Met.Add("crash with an attempt under way");
        underWay.Clear();
        Merchant = World.Merchants[merchant];
    }

    /// <returns>The answer to a call and, if it asks Finnet, whether an earlier attempt may have arrived.</returns>
    public (string Decision, bool MayHaveArrived) Begin(Begin call, string attemptName)
    {
        var reference = World.References[call.Reference];
        if (!records.TryGetValue(reference, out var record))
        {
            record = new ModelRecord(reference, call, Merchant, Now);
            records.Add(reference, record);
            return Ask(record, attemptName);
        }

        if (record.Merchant != Merchant)
            Met.Add("a reference of another merchant");
        if (record.Owner != World.Owners[call.Owner] || record.Merchant != Merchant)
            return ("OwnedByAnother", false);
        if (record.Content != (call.Phone, call.Content))
            return ("ContentDiffers", false);
        if (record.Status is "widgetIssued" or "approved" or "rejected")
            return ("Replay", false);
        if (record.Holder is not null && Now < record.LeaseUntil)
            return ("InProgress", false);
        if (record.Status is "failed" or "inDoubt" && record.Code == "4090001")
        {
            Met.Add("duplicate reference replayed");
            return ("ReplayDuplicate", false);
        }

        if (record.Holder is not null)
        {
            Met.Add("take-over");
            record.MayHaveArrived = true;
        }

        return Ask(record, attemptName);
    }

    /// <summary>The attempt that is meant; null when none is under way.</summary>
    public ModelAttempt? Ending(End end) => underWay.Count == 0 ? null : underWay[^(1 + (end.Attempt % underWay.Count))];

    /// <returns>Whether the attempt still held its lease.</returns>
    public bool End(ModelAttempt attempt, FinnetSays answer)
    {
        underWay.Remove(attempt);
        var record = attempt.Record;
        var held = record.Holder == attempt.Name;
        var code = World.Code(answer);
        if (!held)
        {
            Met.Add("late attempt");
            record.Add(code, answer);
            return false;
        }

        if (record.Status is "approved" or "rejected")
            Met.Add("overtaken answer");
        if (record.Status is "failed" or "inDoubt" && answer is (FinnetSays.NotReached or FinnetSays.Busy))
            Met.Add($"not processed after {record.Status}");
        record.Status = After(record.Status, answer, attempt.MayHaveArrived);
        record.Code = code;
        record.Holder = null;
        record.LeaseUntil = null;
        record.MayHaveArrived |= answer is FinnetSays.Unclear or FinnetSays.NoAnswer;
        record.Widget = record.Status == "widgetIssued" ? attempt.Name : null;
        record.WidgetExpiresAt = Now + (long)World.WidgetLife.TotalMilliseconds;
        record.Add(code, answer);
        if (answer is FinnetSays.Approved or FinnetSays.Rejected
            && record.Status == (answer == FinnetSays.Approved ? "approved" : "rejected"))
            SettleCustomer(record, code);
        if (record.Status == "inDoubt" && answer == FinnetSays.Duplicate)
            Met.Add("duplicate reference in doubt");

        var orphans = inbox.Where(notice => notice.Disposition == "orphan" && notice.Names(record)).ToList();
        var fitting = orphans.Where(notice => notice.Merchant == record.Merchant && notice.Phone == record.Phone).ToList();
        if (orphans.Exists(notice => notice.Merchant != record.Merchant))
            Met.Add("orphan of another merchant");
        if (answer is FinnetSays.Duplicate or FinnetSays.OnProcess or FinnetSays.Rejected or FinnetSays.Approved)
        {
            foreach (var orphan in fitting)
            {
                Met.Add("adopted orphan");
                Apply(orphan, record);
            }
        }
        else if (answer == FinnetSays.Issued && fitting.Count > 0)
        {
            Met.Add("orphan that stays one");
        }

        return true;
    }

    /// <returns>Whether it is acknowledged; otherwise the merchant is not ours.</returns>
    public bool Notify(Notify call)
    {
        var ours = World.Merchants[call.Merchant] == Merchant;
        // Notifications of other merchants are compared by their bytes, ours by their content, whatever the spelling.
        var identity = (ours ? call with { Form = 0 } : call) + (ours ? " for us" : " not for us");
        var named = records.GetValueOrDefault(World.References[call.Reference]);
        var record = named?.Merchant == World.Merchants[call.Merchant] ? named : null;
        if (known.TryGetValue(identity, out var notice))
        {
            notice.Deliveries++;
            notice.LastReceivedAt = Now;
            Met.Add("repeated delivery");
            if (notice.Disposition == "orphan" && record is not null)
            {
                Met.Add("orphan delivered again");
                Apply(notice, record);
            }

            return ours;
        }

        notice = new ModelNotice(inbox.Count + 1, call, Now);
        inbox.Add(notice);
        known.Add(identity, notice);
        if (!ours)
            notice.Disposition = "invalid";
        else if (record is not null)
            Apply(notice, record);
        else
            notice.Disposition = notice.Outcome is null ? "unknownOutcome" : "orphan";
        return ours;
    }

    private (string, bool) Ask(ModelRecord record, string attemptName)
    {
        var attempt = new ModelAttempt(attemptName, record, record.MayHaveArrived);
        record.Holder = attempt.Name;
        record.LeaseUntil = Now + (long)World.Lease.TotalMilliseconds;
        underWay.Add(attempt);
        return ("Begun", record.MayHaveArrived);
    }

    private void Apply(ModelNotice notice, ModelRecord record)
    {
        notice.Disposition = (notice.Outcome, record.Status) switch
        {
            (null, _) => "unknownOutcome",
            ("rejected", "approved") => "contradiction",
            var (outcome, status) => outcome == status ? "duplicate" : "applied",
        };
        Met.Add(notice.Disposition);
        if (notice.Disposition == "applied")
        {
            record.Settle(notice.Outcome!);
            record.Add(notice.Number, null);
        }

        if (notice.Disposition is not ("applied" or "duplicate"))
            return;
        if (notice.Phone is not null && notice.Phone != record.Phone)
        {
            Met.Add("settles nothing else because of its phone");
            return;
        }

        foreach (var other in records.Values.Where(other => other != record && other.Status == "inProcess" && other.Phone == record.Phone
            && other.Merchant == record.Merchant))
        {
            Met.Add("settled by way of another reference");
            other.Settle(notice.Outcome!);
            other.Add(notice.Number, record.Reference);
        }
    }

    // Finnet's answer is about the customer: the same phone, merchant and owner.
    private void SettleCustomer(ModelRecord record, string? code)
    {
        foreach (var other in records.Values.Where(
            other => other != record && other.Phone == record.Phone && other.Merchant == record.Merchant))
        {
            var waits = other.Status is "inProcess" or "inDoubt" || (other.Status == "widgetIssued" && Now < other.WidgetExpiresAt);
            if (!waits || other.Owner != record.Owner || other.CreatedAt < Now - (long)World.SettleWithin.TotalMilliseconds)
            {
                if (waits)
                    Met.Add("of another owner or too old for an answer");
                continue;
            }
            Met.Add("settled by an answer");
            other.Settle(record.Status);
            other.AddVia(code, record.Reference);
        }
    }

    private static string After(string status, FinnetSays answer, bool mayHaveArrived) => (status, answer) switch
    {
        ("approved", _) or (_, FinnetSays.Approved) => "approved",
        ("rejected", _) or (_, FinnetSays.Rejected) => "rejected",
        (_, FinnetSays.Issued) => "widgetIssued",
        (_, FinnetSays.OnProcess) => "inProcess",
        (_, FinnetSays.Refused) => "failed",
        (_, FinnetSays.Duplicate) => mayHaveArrived ? "inDoubt" : "failed",
        (_, FinnetSays.Unclear or FinnetSays.NoAnswer) => "inDoubt",
        // Nothing was processed: the state stays as before, and an earlier failure is over.
        (_, FinnetSays.NotReached or FinnetSays.Busy) => status == "failed" ? "requested" : status,
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };
}
