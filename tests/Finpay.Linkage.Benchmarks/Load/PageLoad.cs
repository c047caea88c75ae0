using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Browser;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks beside thousands of open pages, compared with callbacks alone; and how long after the answer to its callback a page is told.
/// Each page that has its result is replaced by another customer's.
/// </summary>
internal static class PageLoad
{
    private const int ChangesPerSecond = 200;

    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var store = new FilledStore(options.Postgres);
        var callbacks = (2 * options.Rounds + 1) * options.Seconds * PerSecondAtMost;
        store.AddWaiting(0, callbacks + options.Streams + (ChangesPerSecond * (options.Seconds + 10) * options.Rounds));
        using var server = await ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings]);
        List<(double Alone, double Beside, double Median, double P99, double Last)> rounds = [];
        using var pages = new Pages(server.Address, callbacks);
        await LoadAsync(0);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var alone = await LoadAsync(2 * round - 1);
            await pages.OpenAsync(options.Streams);
            using var stop = new CancellationTokenSource();
            var changing = pages.ChangeAsync(ChangesPerSecond, stop.Token);
            var beside = await LoadAsync(2 * round);
            await stop.CancelAsync();
            await changing;
            var told = pages.Close();
            // Thousands of connections that end are work too, and belong to neither.
            await Task.Delay(TimeSpan.FromSeconds(3));
            rounds.Add((alone.PerSecond, beside.PerSecond, At(0.5), At(0.99), told[^1]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {alone.PerSecond:0} callbacks/s alone, {beside.PerSecond:0} beside {options.Streams} pages; {told.Count} "
                + $"pages told of their result after {At(0.5):0} ms, p99 {At(0.99):0} ms, the last {told[^1]:0} ms"));
            if (told[^1] > Limit.TotalMilliseconds)
                throw new InvalidOperationException("A page was told too late.");

            double At(double share) => told[(int)(share * (told.Count - 1))];
        }

        Console.WriteLine($"beside / alone: {Rounds.Text(rounds, round => round.Beside / round.Alone)}; told after (ms): median "
            + $"{Rounds.Text(rounds, round => round.Median, "0")}, p99 {Rounds.Text(rounds, round => round.P99, "0")}, last "
            + $"{Rounds.Text(rounds, round => round.Last, "0")}");
        return 0;

        Task<LoadResult> LoadAsync(int part) => Wrk.PostCallbacksAsync(
            server.Address, options.Connections, options.Seconds, (long)part * options.Seconds * PerSecondAtMost);
    }

    private sealed class Pages(Uri address, int first) : IDisposable
    {
        private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        private readonly BrowserTokens tokens = new(
            new LookupHash(Convert.FromBase64String(TestSettings.LookupKey), null), Options.Create(new BrowserOptions()),
            TimeProvider.System);

        private readonly ConcurrentQueue<(int Number, TaskCompletionSource<long> Told)> open = new();
        private readonly ConcurrentQueue<double> times = new();
        private CancellationTokenSource closing = new();
        private int next = first;

        public Task OpenAsync(int count) => Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) => await OpenOneAsync());

        /// <summary>The page that is open longest gets its result, and another one opens.</summary>
        public async Task ChangeAsync(int perSecond, CancellationToken stop)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            var changing = new List<Task>();
            var began = Stopwatch.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
                // A late tick makes up for what it missed.
                while (changing.Count < Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond)
                    changing.Add(ChangeOneAsync());
            }

            await Task.WhenAll(changing);
        }

        /// <returns>After how many milliseconds pages were told, in order.</returns>
        public List<double> Close()
        {
            closing.Cancel();
            closing = new CancellationTokenSource();
            open.Clear();
            var told = times.Order().ToList();
            times.Clear();
            return told;
        }

        public void Dispose()
        {
            closing.Dispose();
            http.Dispose();
        }

        private async Task OpenOneAsync()
        {
            var number = Interlocked.Increment(ref next);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/browser/v1/account-upgrade/events");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Issue(FilledStore.Reference(number)).Text);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            var told = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = ReadAsync(response, told, closing.Token);
            open.Enqueue((number, told));
        }

        private static async Task ReadAsync(HttpResponseMessage response, TaskCompletionSource<long> told, CancellationToken closing)
        {
            try
            {
                using (response)
                {
                    var events = SseParser.Create(await response.Content.ReadAsStreamAsync(closing)).EnumerateAsync(closing);
                    await foreach (var one in events)
                    {
                        if (one.Data.Contains("\"final\":true", StringComparison.Ordinal))
                            told.TrySetResult(Stopwatch.GetTimestamp());
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                told.TrySetCanceled(CancellationToken.None);
            }
        }

        private async Task ChangeOneAsync()
        {
            if (!open.TryDequeue(out var page))
                return;
            var body = JsonSerializer.Serialize(new
            {
                kycResponse = "KYC Approved",
                kycMessage = "Your KYC has been approved",
                partnerReferenceNo = FilledStore.Reference(page.Number),
                phoneNo = FilledStore.Phone(page.Number),
                merchantId = TestSettings.MerchantId,
            });
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync($"/callbacks/finnet/kyc/{TestSettings.PathToken}", content);
            answer.EnsureSuccessStatusCode();
            var committed = Stopwatch.GetTimestamp();
            var told = await page.Told.Task;
            times.Enqueue(Math.Max(0, Stopwatch.GetElapsedTime(committed, told).TotalMilliseconds));
            await OpenOneAsync();
        }
    }
}
