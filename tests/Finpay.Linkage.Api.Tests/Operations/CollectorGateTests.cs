using Finpay.Linkage.Api.Operations;
using Finpay.Linkage.Api.Tests.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>A collector that takes nothing is not measured for.</summary>
public sealed class CollectorGateTests : IDisposable
{
    private const int Queue = 8;

    private readonly Collector collector = new();
    private readonly ManualClock clock = new();

    public void Dispose() => collector.Dispose();

    [Fact]
    public void Without_A_Collector_To_Watch_Everything_Passes()
    {
        var gate = new CollectorGate(clock);

        Assert.Equal(10_000, Passed(gate, 10_000));
    }

    [Fact]
    public void What_The_Queue_Holds_Passes_And_Then_Nothing_Until_The_Next_Try()
    {
        var gate = new CollectorGate(clock);
        using var client = gate.Watch(new OtlpExporterOptions(), Queue);

        Assert.Equal(Queue, Passed(gate, 100));
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, Passed(gate, 100));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.InRange(Passed(gate, 100), Queue, Queue + 1);
        Assert.Equal(0, Passed(gate, 100));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(false, "0", true)]
    [InlineData(false, "14", false)]
    [InlineData(true, null, false)]
    public async Task What_The_Collector_Takes_Opens_It(bool refuses, string? grpcStatus, bool opens)
    {
        (collector.Refuses, collector.GrpcStatus) = (refuses, grpcStatus);
        var gate = new CollectorGate(clock);
        using var client = gate.Watch(new OtlpExporterOptions(), Queue);
        foreach (var send in new Func<HttpRequestMessage, Task<HttpResponseMessage>>[]
        {
            request => client.SendAsync(request), request => Task.FromResult(client.Send(request)),
        })
        {
            Passed(gate, 100);
            using var request = new HttpRequestMessage(HttpMethod.Post, collector.Url) { Content = new StringContent("spans") };
            using var answer = await send(request);

            Assert.Equal(opens ? Queue : 0, Passed(gate, 100));
        }
    }

    [Fact]
    public void The_Client_Keeps_The_Limits_Of_The_Exporter()
    {
        using var client = new CollectorGate(clock).Watch(
            new OtlpExporterOptions { TimeoutMilliseconds = 1234, MaxResponseSizeBytes = 5678 }, Queue);

        Assert.Equal((TimeSpan.FromMilliseconds(1234), 5678), (client.Timeout, client.MaxResponseContentBufferSize));
    }

    [Fact]
    public void A_Trace_Is_Begun_While_The_Gate_Is_Open()
    {
        var gate = new CollectorGate(clock);
        using var client = gate.Watch(new OtlpExporterOptions(), 1);
        var sampler = new CollectorSampler(gate);

        Assert.Equal(SamplingDecision.RecordAndSample, sampler.ShouldSample(default).Decision);
        Assert.Equal(SamplingDecision.Drop, sampler.ShouldSample(default).Decision);
    }

    private static int Passed(CollectorGate gate, int count) => Enumerable.Range(0, count).Count(_ => gate.Passes());
}
