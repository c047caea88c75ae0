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
        "SELECT partner_reference_no, redacted_at FROM upgrades WHERE partner_reference_no > @after ORDER BY partner_reference_no LIMIT "
        + "1000");

    /// <summary>Writes the list of everything redacted.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="SettingsException">It can't be written; the message says why.</exception>
    public static async Task<int> WriteAsync(OpenStore store, string file)
    {
        var count = 0;
        var created = false;
        try
        {
            await using var writer = new StreamWriter(new FileStream(file, FileMode.CreateNew));
            created = true;
            for (var after = ""; ;)
            {
                var page = await SelectPage.QueryAsync(
                    store.Database,
                    reader => (Reference: reader.GetString(0), RedactedAt: reader.TimeOrNull(1)),
                    CancellationToken.None,
                    ("@after", after));
                foreach (var (reference, redactedAt) in page.Where(row => row.RedactedAt is not null))
                {
                    await writer.WriteLineAsync($"{reference} {redactedAt!.Value:O}");
                    count++;
                }

                if (page.Count == 0)
                    return count;
                after = page[^1].Reference;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DbException)
        {
            // Half a list must not pass for one.
            if (created)
                File.Delete(file);
            throw new SettingsException($"{file} can't be written: {exception.Message}", exception);
        }
    }

    /// <summary>Redacts what the list says; what is redacted already stays as it is.</summary>
    /// <returns>How many are redacted now, and how many references there is no upgrade of.</returns>
    /// <exception cref="SettingsException">The file is no such list, and nothing was done.</exception>
    public static async Task<(int Redacted, int Unknown)> ApplyAsync(OpenStore store, string file)
    {
        var redacted = 0;
        var unknown = 0;
        foreach (var batch in Read(file).Chunk(BatchSize))
        {
            var now = TimeProvider.System.GetUtcNow();
            var receipts = await Task.WhenAll(batch.Select(line => store.Writes.ExecuteAsync(
                line.Reference,
                transaction => RedactionStore.Redact(transaction, line.Reference, AuditTrail.Command, now, line.At),
                persistent: true)));
            redacted += receipts.Count(receipt => receipt is not null);
            unknown += receipts.Count(receipt => receipt is null);
        }

        return (redacted, unknown);
    }

    private static List<(string Reference, DateTimeOffset? At)> Read(string file)
    {
        try
        {
            var lines = File.ReadAllLines(file).Select((line, index) => (Text: line.Trim(), Number: index + 1));
            return [.. lines.Where(line => line.Text.Length > 0).Select(line => Parse(line.Text, line.Number))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{file} can't be read: {exception.Message}", exception);
        }

        (string, DateTimeOffset?) Parse(string line, int number)
        {
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var at = default(DateTimeOffset);
            if (parts.Length > 2 || !CreateUpgradeValidator.IsReference(parts[0])
                || (parts.Length == 2
                    && !DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)))
                throw new SettingsException($"{file}, line {number}: not a reference, or a reference and a time. Nothing was redacted.");
            return (parts[0], parts.Length == 2 ? at : null);
        }
    }
}
