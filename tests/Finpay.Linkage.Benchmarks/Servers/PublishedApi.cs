using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>The service published as the Dockerfile does it, or the same without what shortens a start.</summary>
internal sealed class PublishedApi
{
    // Published from a copy, as in the Dockerfile, because publishing for one runtime changes lock files and obj folders.
    private static readonly string Folder = CopyOfSources();
    private static readonly Dictionary<bool, PublishedApi> Published = [];

    private static readonly string[] AheadOfTime = ["--self-contained", "-p:PublishReadyToRun=true"];
    private static readonly string[] JustInTime = ["--no-self-contained", "-p:PublishReadyToRun=false"];

    private readonly string app;
    private readonly string[] command;
    private readonly Dictionary<string, string> environment;

    private PublishedApi(string app, bool plain)
    {
        this.app = app;
        command = plain ? ["dotnet", Path.Combine(app, "Finpay.Linkage.Api.dll")] : [Path.Combine(app, "Finpay.Linkage.Api")];
        environment = new Dictionary<string, string>(Repository.ImageEnvironment, StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
        };
    }

    /// <summary>Once for all parts.</summary>
    /// <param name="plain">Not compiled ahead.</param>
    public static async Task<PublishedApi> PublishAsync(bool plain)
    {
        if (!Published.TryGetValue(plain, out var api))
        {
            api = new PublishedApi(Path.Combine(Folder, plain ? "plain" : "ahead"), plain);
            // Analyzers do not change the result and take most of the time.
            await Repository.RunAsync(
                Folder,
                "dotnet",
                [
                    "publish", "src/Finpay.Linkage.Api", "-c", "Release", "--use-current-runtime", "-p:RunAnalyzers=false", "-o", api.app,
                    .. plain ? JustInTime : AheadOfTime,
                ]);
            Published.Add(plain, api);
        }

        return api;
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="log">Where its output goes.</param>
    /// <param name="settings">Of the service.</param>
    public async Task<RunningApi> StartAsync(string log, IEnumerable<string> settings)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        var start = new ProcessStartInfo(
            "sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1", "sh", log, .. command, .. settings, $"--urls={address}"])
        {
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var started = Stopwatch.GetTimestamp();
        var api = new RunningApi(Process.Start(start)!, address, started);
        try
        {
            await api.WaitUntilReadyAsync();
            return api;
        }
        catch (Exception exception)
        {
            api.Dispose();
            throw new InvalidOperationException($"The published service did not start: {await File.ReadAllTextAsync(log)}", exception);
        }
    }

    private static string CopyOfSources()
    {
        var folder = Directory.CreateTempSubdirectory("linkage-published-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string[] names = ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories);
        foreach (var file in names.Select(name => Path.Combine(Repository.Root, name)).Concat(sources))
        {
            var relative = Path.GetRelativePath(Repository.Root, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                continue;
            var copy = Path.Combine(folder, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>The published service as a process.</summary>
internal sealed class RunningApi(Process process, Uri address, long started) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Uri Address => address;

    /// <summary>From the start of the process to the first 200 of /health/ready.</summary>
    public TimeSpan UntilReady { get; private set; }

    public TimeSpan SinceStart => Stopwatch.GetElapsedTime(started);

    /// <summary>Memory that it holds, in MB (10⁶ bytes).</summary>
    public double ResidentMegabytes()
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/status"))
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    public async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = address };
        while (SinceStart < Patience && !process.HasExited)
        {
            try
            {
                using var response = await http.GetAsync("/health/ready");
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    UntilReady = SinceStart;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2));
        }

        throw new InvalidOperationException("It has ended, or is not ready in time.");
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
