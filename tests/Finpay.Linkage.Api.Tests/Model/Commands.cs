namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>One thing that happens. Numbers are places in the lists of <see cref="World"/>.</summary>
internal abstract record Command;

/// <summary>A create call stores its intent, or learns what the reference stands for.</summary>
internal sealed record Begin(int Reference, int Phone, int Owner, int Content) : Command;

/// <summary>An attempt that is under way ends, be it in time or late. Counted from the newest, and round, so that it means something whatever was left out before it.</summary>
internal sealed record End(int Attempt, FinnetSays Answer) : Command;

/// <summary>An authentic notification arrives. Form chooses among spellings that mean the same.</summary>
internal sealed record Notify(int Reference, int Outcome, int Message, int Phone, int Merchant, int Form) : Command;

internal sealed record Advance(int Milliseconds) : Command;

/// <summary>The process dies with what was under way; another one opens the file and takes this merchant for its own.</summary>
internal sealed record Crash(int Merchant) : Command;

/// <summary>What happens in one case.</summary>
/// <param name="Commands">In this order.</param>
/// <param name="AtOnce">How many of them may share a commit.</param>
internal sealed record Script(IReadOnlyList<Command> Commands, int AtOnce)
{
    public override string ToString() => string.Concat(Commands.Select((command, index) => $"\n  {index + 1}. {command}")) + $"\n  {AtOnce} at once\n";
}
