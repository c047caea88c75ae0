using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Scenarios;

/// <summary>A scripted behaviour, chosen by the last four digits of the phone number or queued for the next request.</summary>
internal sealed record Scenario(string Digits, string Name, string Description, Func<WidgetCall, Task<Reply>> Play)
{
    public Scenario(string digits, string name, string description, Func<WidgetCall, Reply> play)
        : this(digits, name, description, call => Task.FromResult(play(call)))
    {
    }

    /// <summary>A phone number plays it once per reference, so that a second attempt succeeds.</summary>
    public bool Once { get; init; }
}
