namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A test that needs PostgreSQL; skipped where it is not installed, unless nothing may be skipped.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (PostgresPrograms.Folder is null && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs PostgreSQL 15 or later: apt-get install postgresql";
    }
}
