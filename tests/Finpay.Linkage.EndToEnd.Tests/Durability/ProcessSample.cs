using System.Globalization;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A process's memory, files and threads, as the kernel counts them.</summary>
internal sealed record ProcessSample(long ResidentKilobytes, long PrivateKilobytes, int OpenFiles, int Threads)
{
    public static ProcessSample Take(int process)
    {
        var status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2))
            .ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        return new ProcessSample(
            Number("VmRSS"), Number("RssAnon"), Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, (int)Number("Threads"));

        long Number(string field) => long.Parse(status[field].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    public static ProcessSample Median(IReadOnlyList<ProcessSample> samples)
    {
        return new ProcessSample(
            Middle(sample => sample.ResidentKilobytes), Middle(sample => sample.PrivateKilobytes), (int)Middle(sample => sample.OpenFiles),
            (int)Middle(sample => sample.Threads));

        long Middle(Func<ProcessSample, long> value) => samples.Select(value).Order().ElementAt(samples.Count / 2);
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{PrivateKilobytes / 1024.0:0.0} MiB private, {ResidentKilobytes / 1024.0:0.0} MiB resident, {OpenFiles} open files, "
            + $"{Threads} threads");
}
