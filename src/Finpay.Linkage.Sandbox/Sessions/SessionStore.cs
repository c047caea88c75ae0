using System.Collections.Immutable;
using Finpay.Linkage.Sandbox.ConsolePages;

namespace Finpay.Linkage.Sandbox.Sessions;

/// <summary>All sessions by uuid, reference and phone, and what is due, ordered by due time.</summary>
internal sealed class SessionStore
{
    private readonly Lock gate = new();
    private readonly SessionFiles files;
    private readonly ChangeSignal changes;
    private readonly Dictionary<string, Session> byUuid = new(StringComparer.Ordinal);
    private readonly HashSet<string> usedReferences = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, string Uuid)> due = [];
    private readonly Dictionary<string, DateTimeOffset> dueByUuid = new(StringComparer.Ordinal);
    private readonly HashSet<string> inFlight = new(StringComparer.Ordinal);

    public SessionStore(SessionFiles files, ChangeSignal changes)
    {
        (this.files, this.changes) = (files, changes);
        foreach (var session in files.Load())
            Index(session);
    }

    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
                return due.Count > 0 ? due.Min.At : null;
        }
    }

    public ImmutableArray<Session> All
    {
        get
        {
            lock (gate)
                return [.. byUuid.Values];
        }
    }

    public Session? Find(string? uuid)
    {
        lock (gate)
            return uuid is null ? null : byUuid.GetValueOrDefault(uuid);
    }

    public Session? FindByNotification(string id)
    {
        lock (gate)
            return byUuid.Values.FirstOrDefault(s => s.Notifications.Any(n => n.Id == id));
    }

    public IReadOnlyList<Session> OfPhone(string phone)
    {
        lock (gate)
            return [.. byUuid.Values.Where(s => s.PhoneNo == phone)];
    }

    public bool IsUsed(string reference)
    {
        lock (gate)
            return usedReferences.Contains(reference);
    }

    /// <summary>Forgets a phone's sessions and references, with all their files.</summary>
    public void Forget(string phone)
    {
        lock (gate)
        {
            foreach (var session in OfPhone(phone))
            {
                files.Delete(session.Uuid);
                byUuid.Remove(session.Uuid);
                usedReferences.Remove(session.PartnerReferenceNo);
                if (dueByUuid.Remove(session.Uuid, out var old))
                    due.Remove((old, session.Uuid));
            }
        }

        changes.Raise();
    }

    /// <summary>Deletes photos of that age, and what was prefilled in sessions that did not change since.</summary>
    public void ForgetPersonalDataBefore(DateTimeOffset limit)
    {
        lock (gate)
        {
            foreach (var uuid in files.DeleteImagesBefore(limit))
            {
                if (Find(uuid) is { } session && session.Prefilled != Prefilled.Nothing)
                    Update(uuid, s => s with { Prefilled = Prefilled.Nothing });
            }
        }
    }

    /// <summary>False if the reference was used before.</summary>
    public bool TryAdd(Session session)
    {
        lock (gate)
        {
            if (usedReferences.Contains(session.PartnerReferenceNo))
                return false;

            files.Save(session);
            Index(session);
            return true;
        }
    }

    /// <summary>Null if the session was forgotten meanwhile.</summary>
    public Session? Update(string uuid, Func<Session, Session> change)
    {
        lock (gate)
        {
            if (Find(uuid) is not { } found)
                return null;

            var session = change(found);
            files.Save(session);
            Index(session);
            return session;
        }
    }

    /// <summary>Makes the due decisions and returns each due notification once, until <see cref="Return"/> is called.</summary>
    public ImmutableArray<(Session Session, Notification Notification)> TakeDue(DateTimeOffset now)
    {
        lock (gate)
        {
            var taken = ImmutableArray.CreateBuilder<(Session, Notification)>();
            while (due.Count > 0 && due.Min.At <= now)
            {
                var session = byUuid[due.Min.Uuid];
                if (session.Plan.Any(p => p.At <= now))
                    session = Update(session.Uuid, s => s.CarryOutPlan(now))!;

                foreach (var notification in session.Notifications.Where(n => n.DueAt <= now && inFlight.Add(n.Id)))
                    taken.Add((session, notification));

                Index(session);
            }

            return taken.ToImmutable();
        }
    }

    public void Return(string uuid, Notification notification)
    {
        lock (gate)
        {
            inFlight.Remove(notification.Id);
            Update(uuid, s => s.Replace(notification));
        }
    }

    private void Index(Session session)
    {
        if (dueByUuid.Remove(session.Uuid, out var old))
            due.Remove((old, session.Uuid));

        byUuid[session.Uuid] = session;
        usedReferences.Add(session.PartnerReferenceNo);
        var times = session.Plan.Select(p => (DateTimeOffset?)p.At)
            .Concat(session.Notifications.Where(n => !inFlight.Contains(n.Id)).Select(n => n.DueAt));
        if (times.Min() is { } next)
        {
            dueByUuid[session.Uuid] = next;
            due.Add((next, session.Uuid));
        }

        changes.Raise();
    }
}
