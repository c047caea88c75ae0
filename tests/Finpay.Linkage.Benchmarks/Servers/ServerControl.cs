using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <param name="AllocatedBytes">On the managed heap, since the start.</param>
/// <param name="Gen0">Collections, those of older generations included.</param>
/// <param name="Gen2">Full collections.</param>
internal sealed record GcCounters(long AllocatedBytes, int Gen0, int Gen2)
{
    public static GcCounters Parse(string line) => line.Split(' ') is [var allocated, var gen0, var gen2]
        ? new(long.Parse(allocated, CultureInfo.InvariantCulture), int.Parse(gen0, CultureInfo.InvariantCulture), int.Parse(
            gen2, CultureInfo.InvariantCulture))
        : throw new FormatException($"Not counters: {line}");

    public static GcCounters OfThisProcess() => new(GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0), GC.CollectionCount(2));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AllocatedBytes} {Gen0} {Gen2}");
}

/// <summary>
/// A server's standard input: a line that the server does not know asks for the counters, and the end of the input
/// ends the server.
/// </summary>
internal static class ServerControl
{
    public static Task UntilParentEndsAsync(Func<string, string?>? answer = null)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Its own thread, because reading standard input blocks.
        new Thread(Answer) { IsBackground = true }.Start();
        return ended.Task;

        void Answer()
        {
            while (Console.In.ReadLine() is { } line)
                Console.Error.WriteLine(answer?.Invoke(line) ?? GcCounters.OfThisProcess().ToString());
            ended.SetResult();
        }
    }
}
