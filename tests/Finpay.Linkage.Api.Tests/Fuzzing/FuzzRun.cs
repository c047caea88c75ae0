using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>
/// Plays cases against one service, many at once, and watches answers, log, unobserved task failures and memory.
/// </summary>
internal sealed partial class FuzzRun : IDisposable
{
    private const int AtOnce = 64;
    private const int Fifths = 5;
    private const int CasesBySecond = 1_000;

    // The service's own lines that name a reference, which a change may have filled with anything: seldom with what is personal.
    private static readonly int[] LinesWithReference = [4003, 1106, 1108];

    private readonly ApiHost host;
    private readonly ITestOutputHelper output;
    private readonly long cases;
    private readonly ConcurrentDictionary<string, long> kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> failures = new();
    private readonly List<Sample> samples = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long unobserved;
    private long withReference;
    private long withReferenceAndCanary;

    public FuzzRun(ApiHost host, long cases, ITestOutputHelper output)
    {
        (this.host, this.cases, this.output) = (host, cases, output);
        Seed = Environment.GetEnvironmentVariable("LINKAGE_TEST_SEED") is { } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        // Allocated at once, so that the bookkeeping does not grow the measured heap.
        Bodies = new ulong[cases];
        host.Logs.Forget();
        host.Logs.Least = LogLevel.Information;
        host.Logs.Keeps = MustNotBe;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    public ulong Seed { get; }

    /// <summary>By case number: a hash of the stored content, 0 if nothing was stored.</summary>
    public ulong[] Bodies { get; }

    public long Answered(Func<string, bool> which) => answers.Where(answer => which(answer.Key)).Sum(answer => answer.Value);

    public void Count(string answer) => answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    public static bool HasCanary(string text) =>
        text.Contains(FuzzCase.Canary, StringComparison.OrdinalIgnoreCase)
        || Ids().Replace(text, "").Contains(FuzzCase.CanaryDigits, StringComparison.Ordinal);

    public static ulong Hash(ReadOnlySpan<byte> body) => BitConverter.ToUInt64(SHA256.HashData(body)) | 1;

    /// <param name="make">The case of a number.</param>
    /// <param name="playAsync">Sends it; returns what is wrong with the answer, or null.</param>
    public async Task PlayAsync(Func<long, FuzzCase> make, Func<FuzzCase, Task<string?>> playAsync)
    {
        for (var fifth = 0; fifth < Fifths && failures.IsEmpty; fifth++)
        {
            var (from, to) = (cases * fifth / Fifths, cases * (fifth + 1) / Fifths);
            await Parallel.ForEachAsync(Numbers(from, to), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
            {
                var one = make(number);
                foreach (var kind in one.Kinds)
                    kinds.AddOrUpdate(kind, 1, (_, count) => count + 1);
                if (number % CasesBySecond == 0)
                    host.Clock.Advance(TimeSpan.FromSeconds(1));
                if (await PlayOneAsync(one, playAsync) is { } wrong && failures.Count < 5)
                    failures.Enqueue(
                        $"Case {number} ({string.Join(", ", one.Kinds)}; {one.ContentType ?? "no content type"}): {wrong}\n{Again}, body "
                        + $"in Base64: {Convert.ToBase64String(one.Body)}");
            });
            samples.Add(Sample.Take());
        }

        Report();
        Assert.True(failures.IsEmpty, string.Join('\n', failures));
        Assert.True(unobserved == 0, $"{unobserved} tasks failed unseen. {Again}");
        Assert.Empty(host.Logs.Lines.Take(5).Select(line => $"{line.Level} {line.Category} {line.Message} {line.Exception} {Again}"));
        Assert.True(
            withReferenceAndCanary <= withReference / 20,
            $"{withReferenceAndCanary} of {withReference} lines of the log hold what is personal.");
        AssertFlat();
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

    private string Again => string.Create(CultureInfo.InvariantCulture, $"LINKAGE_TEST_SEED={Seed}");

    private static async Task<string?> PlayOneAsync(FuzzCase one, Func<FuzzCase, Task<string?>> playAsync)
    {
        try
        {
            return await playAsync(one);
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException or JsonException or IOException)
        {
            return exception.ToString();
        }
    }

    // Among millions of ids, one may contain the canary's digits by chance.
    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ids();

    private static IEnumerable<long> Numbers(long from, long to)
    {
        for (var number = from; number < to; number++)
            yield return number;
    }

    private bool MustNotBe(LogLine line)
    {
        var hasCanary = HasCanary(line.Message);
        if (!LinesWithReference.Contains(line.Id.Id))
            return hasCanary || line.Level >= LogLevel.Error;
        Interlocked.Increment(ref withReference);
        if (hasCanary)
            Interlocked.Increment(ref withReferenceAndCanary);
        return line.Level >= LogLevel.Error;
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args) => Interlocked.Increment(ref unobserved);

    // The first two fifths are warm-up: after them every thread has had large bodies and keeps its buffers.
    private void AssertFlat()
    {
        var (warm, end) = (samples[1], samples[^1]);
        var allowance = Effort.Of(1.6, 1.6, 1.2);
        Assert.True(end.HeapBytes <= (warm.HeapBytes * allowance) + (4 * 1024 * 1024), $"The heap grew: {warm}, then {end}.");
        Assert.True(end.Handles <= warm.Handles + 20, $"Handles grew: {warm}, then {end}.");
        Assert.True(end.Threads <= warm.Threads + 20, $"Threads grew: {warm}, then {end}.");
    }

    private void Report()
    {
        var seconds = watch.Elapsed.TotalSeconds;
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{cases} cases in {seconds:0.0} s ({cases / seconds:0} a second), {Again}"));
        output.WriteLine(
            "answers: " + string.Join(", ", answers.OrderByDescending(one => one.Value).Select(one => $"{one.Key} × {one.Value}")));
        output.WriteLine(
            "changes: " + string.Join(", ", kinds.OrderByDescending(one => one.Value).Select(one => $"{one.Key} × {one.Value}")));
        for (var fifth = 0; fifth < samples.Count; fifth++)
            output.WriteLine($"fifth {fifth + 1}: {samples[fifth]}");
    }

    /// <summary>The memory of the process when it is idle and after a full collection.</summary>
    private sealed record Sample(long HeapBytes, long ResidentBytes, int Handles, int Threads)
    {
        public static Sample Take()
        {
            for (var round = 0; round < 3; round++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            using var process = Process.GetCurrentProcess();
            return new Sample(
                GC.GetTotalMemory(forceFullCollection: false), process.WorkingSet64, process.HandleCount, process.Threads.Count);
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{HeapBytes / 1048576.0:0.0} MiB heap, {ResidentBytes / 1048576.0:0} MiB resident, {Handles} handles, {Threads} threads");
    }
}
