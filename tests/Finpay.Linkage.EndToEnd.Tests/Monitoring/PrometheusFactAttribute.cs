namespace Finpay.Linkage.EndToEnd.Tests.Monitoring;

/// <summary>A test that needs Prometheus; skipped where it is not installed, unless nothing may be skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if ((Prometheus.Program("prometheus") is null || Prometheus.Program("promtool") is null)
            && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs Prometheus with promtool: apt-get install prometheus";
    }
}
