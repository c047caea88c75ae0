using Finpay.Linkage.Benchmarks.Load;
using Finpay.Linkage.Benchmarks.Servers;

return args switch
{
    ["callbacks", .. var options] => await CallbackLoad.RunAsync(LoadOptions.Parse(options)),
    ["growth", .. var options] => await GrowthLoad.RunAsync(LoadOptions.Parse(options)),
    // The servers under load are processes of their own.
    ["serve-bare"] => await BareServer.RunAsync(),
    ["serve-linkage", var batch, .. var settings] => await LinkageServer.RunAsync(int.Parse(batch, System.Globalization.CultureInfo.InvariantCulture), settings),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("callbacks [--postgres] [--seconds 10] [--rounds 3] [--connections 64]");
    Console.Error.WriteLine("growth [--postgres] [--seconds 10] [--rounds 3] [--connections 64] [--sizes 10000,1000000,5000000]");
    return 2;
}
