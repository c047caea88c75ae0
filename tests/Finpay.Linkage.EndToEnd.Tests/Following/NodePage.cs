using System.Diagnostics;
using System.Threading.Channels;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Following;

/// <summary>A page outside of a browser: the module as the service serves it, in Node.</summary>
internal sealed class NodePage : IDisposable
{
    private const string Script = """
        const [origin, eventsUrl, token] = process.argv.slice(1);
        const source = await (await fetch(new URL('/browser/v1/linkage.js', origin))).text();
        const { watchUpgrade } = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
        watchUpgrade({
          url: new URL(eventsUrl, origin), token,
          onStatus: (upgrade) => console.log(upgrade.status),
          onEnd: (reason) => console.log(`end ${reason}`),
          onError: () => console.log('error'),
        });
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    public NodePage(Uri origin, string eventsUrl, string token)
    {
        var command = Guarded.Command([Executable!, "--input-type=module", "-e", Script, origin.ToString(), eventsUrl, token]);
        process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, line) => _ = line.Data is null ? lines.Writer.TryComplete() : lines.Writer.TryWrite(line.Data);
        process.BeginOutputReadLine();
    }

    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists);

    /// <summary>What the page is told next: a status, error, or end and why.</summary>
    public async Task<string> NextAsync() => await lines.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The same without errors, of which there may be several.</summary>
    public async Task<string> NextAfterErrorsAsync()
    {
        while (true)
        {
            if (await NextAsync() is var line && line != "error")
                return line;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}

/// <summary>A test that needs PostgreSQL and Node: skipped where one is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeAndPostgresFactAttribute : FactAttribute
{
    public NodeAndPostgresFactAttribute()
    {
        if ((NodePage.Executable is null || PostgresPrograms.Folder is null)
            && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs PostgreSQL and Node: apt-get install postgresql nodejs";
    }
}
