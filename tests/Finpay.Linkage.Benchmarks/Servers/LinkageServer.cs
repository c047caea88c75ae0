using Finpay.Linkage.Api;
using Finpay.Linkage.Api.Diagnostics;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>The service as it is, but for the number of writes that may share a transaction.</summary>
internal static class LinkageServer
{
    public static async Task<int> RunAsync(int largestBatch, string[] settings)
    {
        LinkageLogging.WriteWholeLines();
        var builder = WebApplication.CreateBuilder(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddLinkage();
        builder.Services.AddSingleton(services => new WriteQueue(
            services.GetRequiredService<IDatabase>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<WriteQueue>>(), largestBatch));
        await builder.Build().UseLinkage().RunAndSayWhereAsync();
        return 0;
    }
}
