namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>One thing that happens. Numbers are places in the lists of <see cref="World"/>.</summary>
internal abstract record Command;

/// <summary>A create call stores its intent, or finds an earlier record.</summary>
internal sealed record Begin(int Reference, int Phone, int Owner, int Content) : Command;

/// <summary>
/// A running attempt ends, in time or late. The number counts from the newest and wraps around, so that it stays valid
/// when a failing script is shortened.
/// </summary>
internal sealed record End(int Attempt, FinnetSays Answer) : Command;

/// <summary>An authentic notification arrives. Form chooses among spellings that mean the same.</summary>
internal sealed record Notify(int Reference, int Outcome, int Message, int Phone, int Merchant, int Form) : Command;

internal sealed record Advance(int Milliseconds) : Command;

/// <summary>The process dies during its calls; another one opens the file, for this merchant.</summary>
internal sealed record Crash(int Merchant) : Command;

/// <summary>What happens in one case.</summary>
/// <param name="Commands">The commands in their order.</param>
/// <param name="AtOnce">How many of them may share a commit.</param>
internal sealed record Script(IReadOnlyList<Command> Commands, int AtOnce)
{
    public override string ToString() =>
        string.Concat(Commands.Select((command, index) => $"\n  {index + 1}. {command}")) + $"\n  {AtOnce} at once\n";
}
