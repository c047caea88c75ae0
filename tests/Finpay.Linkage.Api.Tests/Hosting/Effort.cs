namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>
/// How long the durability, random and fuzz tests play: seconds with every <c>dotnet test</c>, longer in <c>.ci/run</c>
/// (<c>LINKAGE_TEST_EFFORT=middle</c>), and long enough for published figures with <c>LINKAGE_TEST_FULL=1</c>.
/// </summary>
public static class Effort
{
    private static readonly bool Middle = Environment.GetEnvironmentVariable("LINKAGE_TEST_EFFORT") == "middle";

    private static readonly bool Full = Environment.GetEnvironmentVariable("LINKAGE_TEST_FULL") == "1";

    public static T Of<T>(T brief, T middle, T full) => Full ? full : Middle ? middle : brief;
}
