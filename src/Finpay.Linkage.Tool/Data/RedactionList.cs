using System.Data.Common;
using System.Globalization;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Tool.Data;

/// <summary>
/// The redacted upgrades as a file, a line for each with reference and time. A backup does not know what was redacted after
/// it; this file does, if it is kept apart from the backups.
/// </summary>
internal static class RedactionList
{
    private const int BatchSize = 100;

    private static readonly Statement SelectPage = new(
        """
        SELECT partner_reference_no, redacted_at FROM upgrades
        WHERE partner_reference_no > @after ORDER BY partner_reference_no LIMIT 1000
        """);

    /// <returns>How many redactions were written.</returns>
    /// <exception cref="SettingsException">The list can't be written; the message says why.</exception>
    public static async Task<int> WriteAsync(IDatabase database, string file)
    {
        var count = 0;
        var created = false;
        try
        {
            await using var writer = new StreamWriter(new FileStream(file, FileMode.CreateNew));
            created = true;
            for (var after = ""; await PageAsync(after) is { Count: > 0 } page; after = page[^1].Reference)
            {
                foreach (var (reference, redactedAt) in page.Where(row => row.RedactedAt is not null))
                {
                    await writer.WriteLineAsync($"{reference} {redactedAt!.Value:O}");
                    count++;
                }
            }

            return count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DbException)
        {
            // Half a list must not pass for one.
            if (created)
                File.Delete(file);
            throw new SettingsException($"{file} can't be written: {exception.Message}", exception);
        }

        Task<List<(string Reference, DateTimeOffset? RedactedAt)>> PageAsync(string after) => SelectPage.QueryAsync(
            database, reader => (reader.GetString(0), reader.TimeOrNull(1)), CancellationToken.None, ("@after", after));
    }

    /// <summary>Redacts what the list says; what is redacted already stays as it is.</summary>
    /// <returns>How many are redacted now, and how many references there is no upgrade of.</returns>
    /// <exception cref="SettingsException">The file is no such list, and nothing was done.</exception>
    public static async Task<(int Redacted, int Unknown)> ApplyAsync(WriteQueue writes, string file)
    {
        var (redacted, unknown) = (0, 0);
        foreach (var batch in Read(file).Chunk(BatchSize))
        {
            var now = TimeProvider.System.GetUtcNow();
            var receipts = await Task.WhenAll(batch.Select(line => RedactionStore.RedactAsync(
                writes, new(line.Reference, AuditTrail.Command, now) { Before = line.At })));
            redacted += receipts.Count(receipt => receipt is { WasRedacted: false });
            unknown += receipts.Count(receipt => receipt is null);
        }

        return (redacted, unknown);
    }

    private static List<(string Reference, DateTimeOffset? At)> Read(string file)
    {
        var list = new List<(string, DateTimeOffset?)>();
        try
        {
            foreach (var (number, line) in File.ReadLines(file).Index())
            {
                var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (parts is [var reference] && CreateUpgradeValidator.IsReference(reference))
                    list.Add((reference, null));
                else if (parts is [var known, var time] && CreateUpgradeValidator.IsReference(known)
                    && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                    list.Add((known, at));
                else if (parts.Length > 0)
                    throw new SettingsException($"{file}, line {number + 1} is no reference, or reference and time. Nothing was redacted.");
            }

            return list;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{file} can't be read: {exception.Message}", exception);
        }
    }
}
