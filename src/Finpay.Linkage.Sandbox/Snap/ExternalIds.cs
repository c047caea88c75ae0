using System.Globalization;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>The X-EXTERNAL-IDs used on this Jakarta day, in one file per day, so that they survive a restart.</summary>
internal sealed class ExternalIds(string folder, TimeProvider time)
{
    private const string Extension = ".txt";

    private readonly Lock gate = new();
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private string today = "";

    /// <summary>False if it was used before on this day.</summary>
    public bool TryUse(string id)
    {
        lock (gate)
        {
            TurnPage(SnapTime.Day(time.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (used.Contains(id))
                return false;

            File.AppendAllText(FileOf(today), id + "\n");
            return used.Add(id);
        }
    }

    private void TurnPage(string day)
    {
        if (day == today)
            return;

        OwnerOnly.Folder(folder);
        used.Clear();
        var file = FileOf(day);
        if (!File.Exists(file))
            OwnerOnly.Write(file, []);

        var text = File.ReadAllText(file);
        used.UnionWith(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // A crash may have left a line without its end; the next id must not become part of it.
        if (text.Length > 0 && !text.EndsWith('\n'))
            File.AppendAllText(file, "\n");

        foreach (var old in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (string.CompareOrdinal(Path.GetFileNameWithoutExtension(old), day) < 0)
                File.Delete(old);
        }

        today = day;
    }

    private string FileOf(string day) => Path.Combine(folder, day + Extension);
}
