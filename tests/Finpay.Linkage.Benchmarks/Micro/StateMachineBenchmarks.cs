using BenchmarkDotNet.Attributes;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Benchmarks.Micro;

/// <summary>One decision of the state machine.</summary>
public class StateMachineBenchmarks
{
    [Benchmark]
    public bool Decide() => UpgradeTransitions.Decide(UpgradeStatus.WidgetIssued, UpgradeEvent.NotifiedApproved).Disposition == null;
}
