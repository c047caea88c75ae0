using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// The service, changed only by the settings <see cref="Batch"/> and <see cref="SecureDelete"/>. The line
/// <see cref="Retain"/> on standard input starts retention at once, <see cref="Watch"/> the search for overdue upgrades.
/// </summary>
internal static class LinkageServer
{
    /// <summary>How many writes may share a transaction.</summary>
    public const string Batch = "Benchmark:Batch";

    public const string SecureDelete = "Benchmark:SecureDelete";

    public const string Retain = "retain";

    public const string Watch = "watch";

    /// <summary>Starts it as deployed, but without the limit of requests per second.</summary>
    public static Task<ServerProcess> StartAsync(FilledStore store, Uri finnet) => ServerProcess.StartAsInImageAsync(
        store.Log, ["serve-linkage", .. Settings(store, finnet)]);

    public static string[] Settings(FilledStore store, Uri finnet) => [.. store.Settings, $"--Finnet:BaseUrl={finnet}"];

    public static async Task<int> RunAsync(string[] settings)
    {
        LinkageLogging.WriteWholeLines();
        var builder = WebApplication.CreateBuilder(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddLinkage();
        if (builder.Configuration.GetValue<int?>(Batch) is { } largestBatch)
            builder.Services.AddSingleton(services => new WriteQueue(
                services.GetRequiredService<IDatabase>(), services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<WriteQueue>>(), largestBatch));
        if (!builder.Configuration.GetValue(SecureDelete, defaultValue: true))
            builder.Services.AddSingleton<IDatabase>(services => new WithoutSecureDelete(
                SqliteDatabase.Open(services.GetRequiredService<IOptions<StorageOptions>>().Value, TimeProvider.System)));
        var app = builder.Build().UseLinkage();
        await app.RunAndSayWhereAsync(line => line switch
        {
            Retain => Time(() => app.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None)),
            Watch => Watched(app.Services.GetRequiredService<OverdueJob>()),
            _ => null,
        });
        return 0;
    }

    private static string Watched(OverdueJob job)
    {
        var told = 0;
        return Time(async () => told = await job.RunAsync(CancellationToken.None)) + $", {told} told";
    }

    private static string Time(Func<Task> job)
    {
        var start = Stopwatch.GetTimestamp();
        job().GetAwaiter().GetResult();
        return string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
    }
}
