namespace Finpay.Linkage.Benchmarks.Load;

internal static class Growth
{
    public static Task<int> RunAsync(LoadOptions options) => throw new NotSupportedException(options.ToString());
}
