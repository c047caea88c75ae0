using System.Diagnostics;
using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>Commands that write, beside a service on SQLite whose writer never rests: they wait their turn.</summary>
public sealed class BusyServiceTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Connections = 64;
    private const int Records = 250;

    private static readonly string NewKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));

    private readonly ApiHost host = new ApiHost().Replacing(services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)));
    private volatile bool isOver;
    private Task<List<TimeSpan>[]> traffic = null!;

    public async Task InitializeAsync()
    {
        for (var record = 0; record < Records; record++)
        {
            host.Finnet.Issues();
            await host.CreateAsync(Reference(record));
        }

        traffic = Task.WhenAll(Enumerable.Range(0, Connections).Select(CallAsync));
    }

    public async Task DisposeAsync()
    {
        isOver = true;
        await traffic;
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Reencrypt_Ends_And_The_Service_Goes_On()
    {
        var (exitCode, said) = await RunAsync(
            "reencrypt", $"--Storage:DataFolder={host.DataFolder}", "--Storage:Encryption:Keys:0:Id=k2",
            $"--Storage:Encryption:Keys:0:Key={NewKey}", "--Storage:Encryption:Keys:1:Id=k1",
            $"--Storage:Encryption:Keys:1:Key={TestSettings.StorageKey}", $"--Storage:Encryption:LookupKey={TestSettings.LookupKey}");

        Assert.EndsWith("rows re-encrypted: everything is under the newest key.", said, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Redact_Ends_And_The_Service_Goes_On()
    {
        var list = Path.Combine(host.DataFolder, "redactions.txt");
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, Records).Select(Reference));

        var (exitCode, said) = await RunAsync(["redact", list, .. ToolRun.Settings(host)]);

        Assert.Equal((0, $"{Records} redacted, 0 unknown."), (exitCode, said));
    }

    private static string Reference(int record) => $"record-{record:00000000}";

    private async Task<(int ExitCode, string Said)> RunAsync(params string[] args)
    {
        var time = Stopwatch.StartNew();
        var (exitCode, said) = await ToolRun.SayAsync(args);
        var took = time.Elapsed;
        isOver = true;
        var waits = (await traffic).SelectMany(each => each).Order().ToList();
        output.WriteLine(
            $"{args[0]} took {took.TotalSeconds:0.0} s beside {waits.Count / took.TotalSeconds:0} writes/s, "
            + $"of which 99 % took {waits[waits.Count * 99 / 100].TotalMilliseconds:0} ms and all {waits[^1].TotalMilliseconds:0} ms");
        return (exitCode, said);
    }

    // Straight into the queue: through HTTP on this machine the writer would rest most of the time.
    private async Task<List<TimeSpan>> CallAsync(int connection)
    {
        var (waits, writes) = (new List<TimeSpan>(), host.Services.GetRequiredService<WriteQueue>());
        while (!isOver)
        {
            var time = Stopwatch.StartNew();
            await writes.ExecuteAsync($"{connection}", transaction => transaction.Connection!.Execute(
                "UPDATE upgrades SET may_have_arrived = 1 - may_have_arrived", transaction: transaction));
            waits.Add(time.Elapsed);
        }

        return waits;
    }
}
