using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Events;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>The outbox must agree with the history and the inbox: no event without its change, no change without its event.</summary>
internal static class EventRows
{
    // The second one wants a part of them.
    public static IReadOnlyList<KnownEndpoint> Endpoints { get; } =
        [new("all", "", []), new("part", World.Owners[0], [EventTypes.Rejected, EventTypes.Contradicted])];

    public static void Check(DbConnection connection)
    {
        var owners = connection.Query<(string Reference, string Owner)>("SELECT partner_reference_no, owner FROM upgrades")
            .ToDictionary(row => row.Reference, row => row.Owner, StringComparer.Ordinal);
        var expected = Results(connection).Concat(connection
            .Query<string>("SELECT partner_reference_no FROM notifications WHERE disposition = 'contradiction'")
            .Select(reference => (reference, EventTypes.Contradicted, "approved")));
        var actual = connection.Query<(string Endpoint, string Reference, string Type, string Status)>(
            "SELECT endpoint, partner_reference_no, type, status FROM event_deliveries").ToList();

        var wanted = expected.ToList();
        Assert.Equal(
            wanted.Select(one => $"{one}").Order(StringComparer.Ordinal),
            actual.Where(row => row.Endpoint == "all").Select(row => $"{(row.Reference, row.Type, row.Status)}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            wanted.Where(one => owners[one.Item1] == World.Owners[0] && one.Item2 != EventTypes.Approved).Select(one => $"{one}")
                .Order(StringComparer.Ordinal),
            actual.Where(row => row.Endpoint == "part").Select(row => $"{(row.Reference, row.Type, row.Status)}")
                .Order(StringComparer.Ordinal));
        // Each result has the version of its line, and its own place.
        Assert.Equal(
            0, connection.ExecuteScalar<long>(
                """
                SELECT count(*) FROM event_deliveries d WHERE type <> 'account_upgrade.contradicted' AND NOT EXISTS (
                  SELECT 1 FROM upgrade_history h
                  WHERE h.partner_reference_no = d.partner_reference_no AND h.version = d.version AND h.status = d.status)
                """));
    }

    private static IEnumerable<(string, string, string)> Results(DbConnection connection)
    {
        var before = ("", "");
        foreach (var (reference, status) in connection.Query<(string, string)>(
            "SELECT partner_reference_no, status FROM upgrade_history ORDER BY partner_reference_no, version"))
        {
            if (status is "approved" or "rejected" && before != (reference, status))
                yield return (reference, $"account_upgrade.{status}", status);
            before = (reference, status);
        }
    }
}
