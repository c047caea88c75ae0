using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Benchmarks.Load;

/// <param name="Requests">The number of requests, all answered with 2xx.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record LoadResult(long Requests, double PerSecond, double P50, double P99);

/// <summary>The load generator.</summary>
internal static partial class Wrk
{
    private const int Threads = 2;

    /// <param name="address">The server.</param>
    /// <param name="connections">At the same time.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="firstNumber">References are made from numbers, this one and those after it.</param>
    public static Task<LoadResult> PostCallbacksAsync(Uri address, int connections, int seconds, long firstNumber) => LoadAsync(
        "callbacks.lua", address, connections, seconds,
        Text(firstNumber), $"/callbacks/finnet/kyc/{TestSettings.PathToken}", TestSettings.MerchantId, Text(Threads));

    /// <param name="address">The server.</param>
    /// <param name="connections">At the same time.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="path">A path in which <c>%d</c> is replaced by a random number.</param>
    /// <param name="below">The upper limit of the number.</param>
    public static Task<LoadResult> GetAsync(Uri address, int connections, int seconds, string path, long below) => LoadAsync(
        "reads.lua", address, connections, seconds, path, Text(below), TestSettings.OpsKey);

    /// <param name="address">The server.</param>
    /// <param name="connections">At the same time.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="firstNumber">References are made from numbers, this one and those after it.</param>
    /// <param name="restFile">The body after its reference and phone number.</param>
    public static Task<LoadResult> PostCreatesAsync(Uri address, int connections, int seconds, long firstNumber, string restFile) =>
        LoadAsync(
            "create.lua", address, connections, seconds, Text(firstNumber), restFile, TestSettings.MerchantKey, Text(Threads));

    private static async Task<LoadResult> LoadAsync(string script, Uri address, int connections, int seconds, params string[] arguments)
    {
        var output = await RunAsync(
            [
                $"-t{Math.Min(Threads, connections)}", $"-c{connections}", $"-d{seconds}s", "--latency", "-s",
                Path.Combine(AppContext.BaseDirectory, "Load", script), address.ToString(), "--", .. arguments,
            ]);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not every request was answered with 2xx: {output}");
        return new LoadResult(
            long.Parse(Requests().Match(output).Groups["n"].Value, CultureInfo.InvariantCulture),
            double.Parse(PerSecond().Match(output).Groups["n"].Value, CultureInfo.InvariantCulture),
            Milliseconds(output, "50"),
            Milliseconds(output, "99"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo("wrk", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"wrk failed: {output}");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("The load comes from wrk: apt-get install wrk", exception);
        }
    }

    private static double Milliseconds(string output, string percentile)
    {
        var match = Regex.Match(
            output, $@"^\s+{percentile}%\s+(?<n>[\d.]+)(?<unit>us|ms|s)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        var value = double.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    [GeneratedRegex(@"(?<n>\d+) requests in", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+(?<n>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PerSecond();
}
