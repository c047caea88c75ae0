namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>The durability tests have a form of seconds, played with every <c>dotnet test</c>, and a full one: <c>LINKAGE_TEST_FULL=1</c>.</summary>
internal static class Effort
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("LINKAGE_TEST_FULL") == "1";
}
