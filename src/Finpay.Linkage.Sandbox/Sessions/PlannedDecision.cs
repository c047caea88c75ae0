namespace Finpay.Linkage.Sandbox.Sessions;

/// <summary>A decision that is made at a given time, and how the merchant is notified.</summary>
internal sealed record PlannedDecision(DateTimeOffset At, Outcome Outcome, string Message)
{
    public const string ApprovedMessage = "Your KYC has been approved";

    public const string RejectedMessage = "Your KYC has been rejected because the selfie does not match the KTP photo";

    public int Copies { get; init; } = 1;

    /// <summary>Finnet's own sample spells it <c>kysMessage</c> (contract, section 4).</summary>
    public string MessageField { get; init; } = "kycMessage";

    public bool Contradicts { get; init; }

    public static PlannedDecision Approve(DateTimeOffset at) => new(at, Outcome.Approved, ApprovedMessage);

    public static PlannedDecision Reject(DateTimeOffset at, string? reason = null) => new(at, Outcome.Rejected, reason ?? RejectedMessage);

    /// <summary>False if a person decided before the script.</summary>
    public bool MayFollow(Decision? earlier) => Contradicts ? earlier is { } e && e.Outcome != Outcome : earlier is null;
}
