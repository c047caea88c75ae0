using System.Net.Http.Json;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>The fake Finnet's process, and what it has counted.</summary>
internal sealed class FakeFinnet : IDisposable
{
    private readonly ServerProcess server;
    private readonly HttpClient http = new();

    private FakeFinnet(ServerProcess server) => this.server = server;

    public Uri Address => server.Address;

    public static async Task<FakeFinnet> StartAsync() => new(await ServerProcess.StartAsync("/dev/null", "serve-finnet"));

    /// <summary>Requests whose body was read to its end, and the bytes of these.</summary>
    public async Task<(long Requests, long Bytes)> CountAsync()
    {
        var counts = (await http.GetFromJsonAsync<long[]>(Address))!;
        return (counts[0], counts[1]);
    }

    public void Dispose()
    {
        http.Dispose();
        server.Dispose();
    }
}
