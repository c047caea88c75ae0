using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Monitoring;

/// <summary>A Prometheus with the files of deploy/, which looks more often.</summary>
internal sealed partial class Prometheus : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process process;

    private Prometheus(Process process) => this.process = process;

    /// <summary>Null when it is not installed.</summary>
    public static string? Program(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    /// <summary>Scrapes this instance with this key.</summary>
    public static async Task<Prometheus> StartAsync(string deploy, string folder, Uri instance, string key)
    {
        var settings = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(Path.Combine(folder, "ops-key"), key);
        await File.WriteAllTextAsync(settings, Regex.Replace(
            (await File.ReadAllTextAsync(Path.Combine(deploy, "prometheus.yml"))).Replace("15s", "500ms", StringComparison.Ordinal)
                .Replace("/etc/linkage/ops-key", Path.Combine(folder, "ops-key"), StringComparison.Ordinal),
            "targets: .*", $"targets: [\"{instance.Authority}\"]", RegexOptions.None, TimeSpan.FromSeconds(1)));
        // Only the waiting is shortened: minutes for which something has to be so.
        await File.WriteAllTextAsync(Path.Combine(folder, "alerts.yml"), Regex.Replace(
            await File.ReadAllTextAsync(Path.Combine(deploy, "alerts.yml")), "for: [0-9]+m", "for: 1s", RegexOptions.None,
            TimeSpan.FromSeconds(1)));
        var command = Guarded.Command(
        [
            Program("prometheus")!, $"--config.file={settings}", $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}",
            "--web.listen-address=127.0.0.1:0",
        ]);
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true };
        var prometheus = new Prometheus(new Process { StartInfo = start, EnableRaisingEvents = true });
        var up = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        prometheus.process.Exited += (_, _) => up.TrySetException(new InvalidOperationException("Prometheus ended."));
        prometheus.process.ErrorDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
                up.TrySetResult(new Uri($"http://{match.Groups["address"].Value}"));
        };
        prometheus.process.Start();
        prometheus.process.BeginErrorReadLine();
        prometheus.http.BaseAddress = await up.Task.WaitAsync(Patience);
        return prometheus;
    }

    /// <summary>Waits until it has looked at the rules so often.</summary>
    public async Task EvaluatesAsync(int times)
    {
        for (var (seen, last) = (0, ""); seen < times; await Task.Delay(100))
        {
            var groups = await AskAsync("/api/v1/rules");
            var now = (string)groups["data"]!["groups"]![0]!["lastEvaluation"]!;
            if (now != last)
                (seen, last) = (seen + 1, now);
        }
    }

    public async Task UntilFiresAsync(string alert)
    {
        var started = Stopwatch.GetTimestamp();
        while (!(await FiringAsync()).Contains(alert))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{alert} did not fire.");
            await Task.Delay(200);
        }
    }

    public async Task<IReadOnlySet<string>> FiringAsync() => (await AskAsync("/api/v1/alerts"))["data"]!["alerts"]!.AsArray()
        .Where(alert => (string)alert!["state"]! == "firing").Select(alert => (string)alert!["labels"]!["alertname"]!)
        .ToHashSet(StringComparer.Ordinal);

    /// <returns>The number, or null when there is no such series.</returns>
    public async Task<double?> ValueAsync(string query)
    {
        var result = (await AskAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}"))["data"]!["result"]!.AsArray();
        return result.Count == 0
            ? null
            : double.Parse((string)result[0]!["value"]![1]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
    }

    private async Task<JsonNode> AskAsync(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    [GeneratedRegex("msg=\"Listening on\" address=(?<address>[0-9.:]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
