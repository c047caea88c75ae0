using System.Globalization;
using System.Net.Http.Headers;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks without telemetry, with Prometheus alone, and with everything to a collector that is well, gone, slow or full. The rounds
/// alternate; each service has a database of its own.
/// </summary>
internal static class TelemetryLoad
{
    private const string Off = "off";
    private const string On = "all to a collector";

    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var perRound = options.Seconds * PerSecondAtMost;
        using var well = await ServerProcess.StartAsync("/dev/null", "serve-collector", "well");
        using var slow = await ServerProcess.StartAsync("/dev/null", "serve-collector", CollectorServer.Slow);
        using var full = await ServerProcess.StartAsync("/dev/null", "serve-collector", CollectorServer.Full);
        (string Name, string[] Settings)[] kinds =
        [
            (Off, []), ("Prometheus alone", ["--Telemetry:Prometheus=true"]), (On, To(well.Address)),
            ("collector gone", To(new Uri("http://127.0.0.1:9"))), ("collector slow", To(slow.Address)),
            ("collector full", To(full.Address)),
        ];
        var subjects = new List<Subject>();
        try
        {
            foreach (var (name, settings) in kinds)
                subjects.Add(await Subject.StartAsync(name, options, (options.Rounds + 1) * perRound, settings));
            using var stop = new CancellationTokenSource();
            var scraping = ScrapeAsync(subjects[1].Server.Address, stop.Token);
            for (var round = 0; round <= options.Rounds; round++)
            {
                // Each begins a round in its turn, so that none always comes after the same one.
                foreach (var subject in subjects.Skip(round % subjects.Count).Concat(subjects.Take(round % subjects.Count)))
                {
                    var load = await Wrk.PostCallbacksAsync(
                        subject.Server.Address, options.Connections, options.Seconds, (long)round * perRound);
                    // The first is for warming up.
                    if (round > 0)
                        subject.Rounds.Add((load.PerSecond, subject.Server.ResidentMegabytes()));
                }

                Console.WriteLine($"round {round} of {options.Rounds} done");
            }

            await stop.CancelAsync();
            await scraping;
        }
        finally
        {
            subjects.ForEach(subject => subject.Dispose());
        }

        foreach (var subject in subjects)
            Console.WriteLine(
                $"{subject.Name}: {Rounds.Text(subject.Rounds, round => round.PerSecond, "0")} callbacks/s, of off "
                + $"{Ratio(subject, Off)}, of {On} {Ratio(subject, On)}; resident MB "
                + string.Join(' ', subject.Rounds.Select(round => round.Megabytes.ToString("0", CultureInfo.InvariantCulture))));
        return 0;

        // Of the same round.
        string Ratio(Subject subject, string to) => Rounds.Text(
            [.. subject.Rounds.Zip(subjects.Single(one => one.Name == to).Rounds)], pair => pair.First.PerSecond / pair.Second.PerSecond);
    }

    private static string[] To(Uri collector) =>
        [$"--OTEL_EXPORTER_OTLP_ENDPOINT={collector}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"];

    private static async Task ScrapeAsync(Uri address, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestSettings.OpsKey);
        while (!stop.IsCancellationRequested)
        {
            using var answer = await http.GetAsync("/metrics", CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            await Task.Delay(ScrapeInterval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Subject(string name, FilledStore store, ServerProcess server) : IDisposable
    {
        public string Name => name;

        public ServerProcess Server => server;

        public List<(double PerSecond, double Megabytes)> Rounds { get; } = [];

        public static async Task<Subject> StartAsync(string name, LoadOptions options, int waiting, string[] settings)
        {
            var store = new FilledStore(options.Postgres);
            store.AddWaiting(0, waiting);
            return new Subject(name, store, await ServerProcess.StartAsInImageAsync(
                store.Log, ["serve-linkage", .. store.Settings, .. settings]));
        }

        public void Dispose()
        {
            server.Dispose();
            store.Dispose();
        }
    }
}
