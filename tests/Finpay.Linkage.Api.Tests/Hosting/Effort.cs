namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The durability tests and the fuzzing have a form of seconds, played with every <c>dotnet test</c>, and a full one: <c>LINKAGE_TEST_FULL=1</c>.</summary>
public static class Effort
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("LINKAGE_TEST_FULL") == "1";
}
