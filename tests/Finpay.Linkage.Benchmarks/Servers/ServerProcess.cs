using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// One of the servers as its own process, which logs to a file. It writes its address to standard
/// error and ends when its standard input ends.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private bool disposed;

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="log">Where its output goes.</param>
    /// <param name="arguments">Of this program.</param>
    public static Task<ServerProcess> StartAsync(string log, params string[] arguments) =>
        StartProgramAsync(log, environment: [], Ours(arguments));

    /// <summary>One of this program's servers, with the runtime's settings of the image.</summary>
    /// <param name="log">Where its output goes.</param>
    /// <param name="arguments">Of this program.</param>
    public static Task<ServerProcess> StartAsInImageAsync(string log, params string[] arguments) =>
        StartProgramAsync(log, Repository.ImageEnvironment, Ours(arguments));

    /// <param name="log">Where its output goes.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="command">A program and its arguments.</param>
    public static async Task<ServerProcess> StartProgramAsync(
        string log, IEnumerable<KeyValuePair<string, string>> environment, params string[] command)
    {
        var start = new ProcessStartInfo("sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\"", "sh", log, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var started = Process.Start(start)!;
        while (await started.StandardError.ReadLineAsync() is { } line)
        {
            if (Uri.TryCreate(line, UriKind.Absolute, out var address))
                return new ServerProcess(started, address);
            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException(
            $"The server {string.Join(' ', command.Take(3))} did not start: {await File.ReadAllTextAsync(log)}");
    }

    /// <summary>Makes retention run.</summary>
    /// <returns>How long it took.</returns>
    public Task<string> RetainAsync() => AskAsync(LinkageServer.Retain);

    /// <summary>How many events the receiver has taken; it may be told to leave or return.</summary>
    public async Task<long> TakenAsync(string line = ReceiverServer.Count) =>
        long.Parse(await AskAsync(line), CultureInfo.InvariantCulture);

    /// <summary>Makes it look for overdue upgrades.</summary>
    /// <returns>How long it took.</returns>
    public Task<string> WatchAsync() => AskAsync(LinkageServer.Watch);

    /// <summary>Of one of this program's servers.</summary>
    public async Task<GcCounters> CountersAsync() => GcCounters.Parse(await AskAsync("counters"));

    /// <summary>The processor time of the process and its workers so far.</summary>
    public TimeSpan ProcessorTime()
    {
        var children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/task/{process.Id}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        return children.Append(process.Id).Aggregate(TimeSpan.Zero, (sum, id) =>
        {
            using var one = Process.GetProcessById(id);
            return sum + one.TotalProcessorTime;
        });
    }

    /// <summary>The memory that the process has at hand.</summary>
    public double ResidentMegabytes()
    {
        process.Refresh();
        return process.WorkingSet64 / 1_048_576.0;
    }

    private async Task<string> AskAsync(string question)
    {
        await process.StandardInput.WriteLineAsync(question);
        await process.StandardInput.FlushAsync();
        return await process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server has ended.");
    }

    private static string[] Ours(string[] arguments) => ["dotnet", typeof(ServerProcess).Assembly.Location, .. arguments];

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}

internal static class ServerProcessExtensions
{
    public static async Task RunAndSayWhereAsync(this WebApplication app, Func<string, string?>? answer = null)
    {
        await app.StartAsync();
        await Console.Error.WriteLineAsync(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await ServerControl.UntilParentEndsAsync(answer);
    }
}
