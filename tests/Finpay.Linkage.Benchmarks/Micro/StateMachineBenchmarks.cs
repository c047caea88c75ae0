using BenchmarkDotNet.Attributes;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Benchmarks.Micro;

/// <summary>One decision of the state machine.</summary>
public class StateMachineBenchmarks
{
    [Benchmark]
    public bool Decide() => UpgradeTransitions.After(UpgradeStatus.WidgetIssued, KycOutcome.Approved).Disposition == Disposition.Applied;
}
