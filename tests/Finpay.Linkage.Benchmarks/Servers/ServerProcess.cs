using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>One of the servers, as a process of its own; what it logs goes to a file.</summary>
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
    public static async Task<ServerProcess> StartAsync(string log, params string[] arguments)
    {
        string[] command = ["dotnet", typeof(ServerProcess).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo("sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\"", "sh", log, .. command]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var started = Process.Start(start)!;
        while (await started.StandardError.ReadLineAsync() is { } line)
        {
            if (Uri.TryCreate(line, UriKind.Absolute, out var address))
                return new ServerProcess(started, address);
            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException($"The server {arguments[0]} did not start: {await File.ReadAllTextAsync(log)}");
    }

    /// <summary>Makes retention run.</summary>
    /// <returns>How long it took.</returns>
    public async Task<string?> RetainAsync()
    {
        await process.StandardInput.WriteLineAsync("retain");
        await process.StandardInput.FlushAsync();
        return await process.StandardError.ReadLineAsync();
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}

internal static class ServerProcessExtensions
{
    public static async Task RunAndSayWhereAsync(this WebApplication app)
    {
        await app.StartAsync();
        await Console.Error.WriteLineAsync(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await app.WaitForShutdownAsync();
    }
}
