using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>The answer and how long it took; no status if the connection broke before.</summary>
internal sealed record Reply(int? Status, JsonNode? Body, TimeSpan? RetryAfter, bool Replayed, TimeSpan Took);

/// <summary>The API as a process of its own, which can be killed and started again on the same data.</summary>
/// <param name="name">Its name in messages.</param>
/// <param name="settings">Handed over as environment.</param>
/// <param name="mostLines">How many lines are kept: a long fault repeats the same line thousands of times.</param>
internal sealed partial class ApiProcess(string name, IDictionary<string, string?> settings, int mostLines = 100) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;
    private Uri? address;
    private TaskCompletionSource shuttingDown = new();

    public int Id => process!.Id;

    public Uri Address => address!;

    /// <summary>A program before it, such as a shell that sets limits.</summary>
    public string[] Wrapper { get; init; } = [];

    /// <summary>Where it listens when nobody reads its output, which would say so.</summary>
    public int? UnreadPort { get; init; }

    /// <summary>True after it reacted to SIGTERM.</summary>
    public Task ShuttingDown => shuttingDown.Task;

    public bool HasExited => process?.HasExited != false;

    public bool HasOutput => !output.IsEmpty;

    /// <summary>Its output: warnings and errors.</summary>
    public string Output => $"{name}: {string.Join(Environment.NewLine, output)}";

    /// <summary>For the next start.</summary>
    public void Set(string key, string? value) => settings[key] = value;

    /// <summary>Ends when it is ready.</summary>
    public async Task StartAsync()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        Launch(listening, "Finpay.Linkage.Api");
        try
        {
            address = UnreadPort is { } port ? new Uri($"http://127.0.0.1:{port}") : await listening.Task.WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"The API did not start. {Output}", exception);
        }

        while ((await SendAsync(HttpMethod.Get, "/health/ready")).Status != (int)HttpStatusCode.OK)
            await Task.Delay(10);
    }

    /// <summary>A start that must fail.</summary>
    public async Task<int> StartInVainAsync(params string[] arguments)
    {
        Launch(new TaskCompletionSource<Uri>(), "Finpay.Linkage.Api", arguments);
        return await EndAsync();
    }

    /// <summary>A command of the tool, with the same settings.</summary>
    public async Task<int> RunToolAsync(params string[] arguments)
    {
        Launch(new TaskCompletionSource<Uri>(), "Finpay.Linkage.Tool", arguments);
        return await EndAsync();
    }

    /// <summary>Sends SIGTERM, so that the process ends in its own way.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync();
        return await EndAsync();
    }

    /// <summary>Sends SIGTERM and does not wait for the end.</summary>
    public async Task SignalAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Writes a line to its standard input, which makes it end.</summary>
    public async Task<int> TellAsync(string line)
    {
        await process!.StandardInput.WriteLineAsync(line);
        return await EndAsync();
    }

    /// <summary>Sends SIGKILL.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? json = null, string? apiKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address!, path));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (apiKey is not null)
            request.Headers.Add("X-Api-Key", apiKey);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            return new Reply(
                (int)response.StatusCode, body.Length == 0 ? null : JsonNode.Parse(body), response.Headers.RetryAfter?.Delta,
                response.Headers.Contains("Idempotent-Replayed"), Stopwatch.GetElapsedTime(start));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Reply(null, null, null, false, Stopwatch.GetElapsedTime(start));
        }
    }

    public void Dispose()
    {
        if (!HasExited)
            process!.Kill();
        process?.Dispose();
        process = null;
        http.Dispose();
    }

    public async Task<int> EndAsync()
    {
        await process!.WaitForExitAsync().WaitAsync(Patience);
        var exitCode = process.ExitCode;
        process.Dispose();
        process = null;
        return exitCode;
    }

    private void Launch(TaskCompletionSource<Uri> listening, string program, params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments];
        // A file size limit must be an error as of a disk that refuses, not the end of the process.
        if (OperatingSystem.IsLinux())
            command = ["env", "--ignore-signal=XFSZ", .. command];
        command = Guarded.Command([.. Wrapper, .. command]);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Most of them live for seconds: what the runtime spends for a long life would be lost.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{UnreadPort ?? 0}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        shuttingDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The API ended before it listened."));
        process.OutputDataReceived += (_, line) => Take(line.Data, listening);
        process.ErrorDataReceived += (_, line) => Take(line.Data, listening);
        process.Start();
        if (UnreadPort is null)
            process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Take(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
            return;
        if (Listening().Match(line) is { Success: true } match)
            listening.TrySetResult(new Uri(match.Groups["address"].Value));
        else if (line.Contains("Application is shutting down", StringComparison.Ordinal))
            shuttingDown.TrySetResult();
        else if (output.Count < mostLines && !line.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal))
            output.Enqueue(line);
    }

    [GeneratedRegex(
        @"Now listening on:[^h]*(?<address>http://127\.0\.0\.1:\d+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
