using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Mixed traffic for a long time: memory, open files and threads stay what they were after the warm-up.</summary>
[Collection(AloneAfterTheOthers.Name)]
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 8;
    private const int Samples = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Effort.Of(6, 30, 300));

    // In seconds the runtime still compiles, its heap has not met its first large collections, and its thread pool still grows.
    private static readonly double MemoryAllowance = Effort.Of(1.8, 1.4, 1.2);
    private static readonly int WarmUp = Effort.Of(1_000, 3_000, 3_000);
    private static readonly int MoreThreads = Effort.Of(12, 5, 5);

    private readonly string folder = Directory.CreateTempSubdirectory("soak-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [LinuxFact]
    public async Task Memory_Open_Files_And_Threads_Stay_Flat()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        // As in the image.
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder, ("DOTNET_gcServer", "0"));
        var journal = new Journal();
        var samples = new List<ProcessSample>();
        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(fleet, journal).RunAsync(Clients, stop.Token);
        await journal.Acknowledged.GrowsByAsync(WarmUp).WaitAsync(Patience);
        using (var timer = new PeriodicTimer(Duration / Samples))
        {
            while (samples.Count < Samples && !traffic.IsCompleted && await timer.WaitForNextTickAsync())
                samples.Add(ProcessSample.Take(fleet[0].Id));
        }

        await stop.CancelAsync();
        await traffic.WaitAsync(Patience);
        Report(journal, samples);

        var (warm, end) = (ProcessSample.Median(samples[20..40]), ProcessSample.Median(samples[80..]));
        Assert.True(end.PrivateKilobytes <= warm.PrivateKilobytes * MemoryAllowance, $"Memory grew: {warm}, then {end}.");
        Assert.True(end.OpenFiles <= (warm.OpenFiles * 1.1) + 5, $"Open files grew: {warm}, then {end}.");
        Assert.True(end.Threads <= (warm.Threads * 1.1) + MoreThreads, $"Threads grew: {warm}, then {end}.");
        await new Promises(journal, new StoredState(fleet), finnet.Url).CheckAllAsync();
    }

    private void Report(Journal journal, List<ProcessSample> samples)
    {
        var sent = journal.Notifications.Values.Sum(notification => notification.Sent);
        var creates = journal.Upgrades.Sum(upgrade => upgrade.Calls.Count);
        long MiB(string file) => new FileInfo(Path.Combine(folder, file)).Length / 1024 / 1024;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Duration.TotalSeconds:0} s, {sent} callbacks ({journal.Notifications.Count} distinct), {creates} creates
            the database has {MiB("linkage.db")} MiB, its log {MiB("linkage.db-wal")} MiB
            """));
        for (var fifth = 0; fifth < 5; fifth++)
            output.WriteLine($"fifth {fifth + 1}: {ProcessSample.Median(samples[(fifth * 20)..((fifth + 1) * 20)])}");
    }
}
