using Finpay.Linkage.Benchmarks.Compare;
using Finpay.Linkage.Benchmarks.Load;
using Finpay.Linkage.Benchmarks.Micro;
using Finpay.Linkage.Benchmarks.Report;
using Finpay.Linkage.Benchmarks.Servers;

return args switch
{
    ["callbacks", .. var options] => await CallbackLoad.RunAsync(LoadOptions.Parse(options)),
    ["growth", .. var options] => await GrowthLoad.RunAsync(LoadOptions.Parse(options)),
    ["encryption", .. var options] => await EncryptionLoad.RunAsync(LoadOptions.Parse(options)),
    ["secure-delete", .. var options] => await SecureDeleteLoad.RunAsync(LoadOptions.Parse(options)),
    ["retention", .. var options] => await RetentionLoad.RunAsync(LoadOptions.Parse(options)),
    ["events", .. var options] => await EventLoad.RunAsync(LoadOptions.Parse(options)),
    ["pages", .. var options] => await PageLoad.RunAsync(LoadOptions.Parse(options)),
    ["overdue", .. var options] => await OverdueLoad.RunAsync(LoadOptions.Parse(options)),
    ["stats", .. var options] => await StatsLoad.RunAsync(LoadOptions.Parse(options)),
    ["telemetry", .. var options] => await TelemetryLoad.RunAsync(LoadOptions.Parse(options)),
    ["compare", .. var options] => await Comparison.RunAsync(CompareOptions.Parse(options)),
    ["report", .. var options] => Pages.Publish(CompareOptions.Parse(options).Results),
    ["micro", .. var filter] => MicroBenchmarks.Run(filter),
    // Each server under load is its own process.
    ["serve-bare"] => await BareServer.RunAsync(),
    ["serve-linkage", .. var settings] => await LinkageServer.RunAsync(settings),
    ["serve-receiver", .. var away] => await ReceiverServer.RunAsync(isAway: away.Length > 0),
    ["serve-collector", var mood] => await CollectorServer.RunAsync(mood),
    ["serve-finnet"] => await FinnetServer.RunAsync(),
    ["serve-forwarder", var finnet] => await ForwarderServer.RunAsync(new Uri(finnet)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("callbacks [--postgres] [--seconds 10] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine("growth [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--sizes 10000,1000000,5000000]");
    Console.Error.WriteLine("encryption [--postgres] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine("secure-delete [--seconds 10] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine("retention [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--due 100000]");
    Console.Error.WriteLine("events [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--due 100000]");
    Console.Error.WriteLine("pages [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--streams 5000]");
    Console.Error.WriteLine("overdue [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--due 100000]");
    Console.Error.WriteLine("stats [--postgres] [--seconds 10] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine("telemetry [--postgres] [--seconds 10] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine(
        "compare [images] [creates] [latency] [memory] [start] [--seconds 10] [--rounds 3] [--results artifacts/performance.json] "
        + "[--markdown FILE]");
    Console.Error.WriteLine("report [--results artifacts/performance.json]");
    Console.Error.WriteLine("micro [FILTER]");
    return 2;
}
