using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>Generates scripts and shrinks failing ones.</summary>
internal static class Scripts
{
    private const int WholeLease = 45_000;

    // Commands that end a record's life come less often than the others.
    private static readonly Gen<FinnetSays> Answers =
        Gen.Frequency(Enum.GetValues<FinnetSays>().Select(answer => (Weight(answer), Gen.Constant(answer))).ToArray());

    private static readonly Gen<Begin> Begins = Gen.Choose(0, 2).SelectMany(BeginsOf);

    private static readonly Gen<End> Ends =
        from attempt in Gen.Choose(0, 3)
        from answer in Answers
        select new End(attempt, answer);

    private static readonly Gen<Notify> Notifications =
        from reference in Gen.Choose(0, 2)
        from outcome in Gen.Elements(0, 0, 0, 1, 1, 1, 2)
        from message in Gen.Choose(0, 1)
        from phone in Gen.Elements(reference / 2, reference / 2, reference / 2, reference / 2, 0, 1, World.NoPhone)
        from merchant in Mostly(0, 1, 8)
        from form in Gen.Choose(0, 1)
        select new Notify(reference, outcome, message, phone, merchant, form);

    private static readonly Gen<Command[]> Pieces = Gen.Frequency(
        (12, One(Begins)),
        (18, One(Ends)),
        (12, One(Notifications)),
        (10, One(Gen.Elements(1, WholeLease - 1, WholeLease).Select(milliseconds => new Advance(milliseconds)))),
        (4, One(Mostly(0, 1, 3).Select(merchant => new Crash(merchant)))),
        (10, Called()),
        (12, CalledAgain()),
        (6, TakenOver()),
        (6, KnownBefore()),
        (6, Overtaken()),
        (2, OtherMerchant()),
        (6, OnProcessTogether()),
        (6, AnsweredTogether()));

    // Commits cost most of the time, so most cases share them; single commits make failures easier to read.
    private static readonly Gen<Script> Whole =
        from pieces in Gen.ListOf(Pieces)
        from atOnce in Gen.Elements(1, 5, 10, 20)
        select new Script([.. pieces.SelectMany(piece => piece)], atOnce);

    public static Arbitrary<Script> Any { get; } = Arb.From(Whole, Shrink);

    // A call with other content is just refused, so most calls agree: each reference has its own phone, but the first two share one.
    private static Gen<Begin> BeginsOf(int reference) =>
        from otherPhone in Mostly(0, 1, 12)
        from owner in Mostly(0, 1, 12)
        from content in Mostly(0, 1, 12)
        select new Begin(reference, (reference / 2) ^ otherPhone, owner, content);

    // Short sequences that random commands would rarely complete. They shrink command by command like the rest.
    private static Gen<Command[]> Called() =>
        from begin in Begins
        from answer in Answers
        select new Command[] { begin, new End(0, answer) };

    private static Gen<Command[]> CalledAgain() =>
        from begin in Begins
        from first in Gen.Elements(
            FinnetSays.OnProcess, FinnetSays.Refused, FinnetSays.Refused, FinnetSays.NotReached, FinnetSays.Unclear, FinnetSays.NoAnswer)
        from second in Gen.OneOf(
            Gen.Elements(Enum.GetValues<FinnetSays>()), Gen.Elements(FinnetSays.NotReached, FinnetSays.Busy, FinnetSays.Duplicate))
        select new Command[] { begin, new End(0, first), begin, new End(0, second) };

    private static Gen<Command[]> TakenOver() =>
        from begin in Begins
        from attempt in Gen.Choose(0, 1)
        from answer in Gen.OneOf(Answers, Gen.Constant(FinnetSays.Duplicate))
        select new Command[] { begin, new Advance(WholeLease), begin, new End(attempt, answer) };

    private static Gen<Command[]> KnownBefore() =>
        from notify in Notifications
        from begin in BeginsOf(notify.Reference)
        from answer in Gen.OneOf(Answers, Gen.Constant(FinnetSays.Issued))
        select new Command[] { notify, begin, new End(0, answer), notify };

    private static Gen<Command[]> Overtaken() =>
        from notify in Notifications
        from begin in BeginsOf(notify.Reference)
        from answer in Gen.Elements(Enum.GetValues<FinnetSays>())
        select new Command[] { begin, notify, new End(0, answer) };

    private static Gen<Command[]> OtherMerchant() =>
        from notify in Notifications
        from begin in BeginsOf(notify.Reference)
        from answer in Answers
        select new Command[] { new Crash(1), notify with { Merchant = 1 }, new Crash(0), begin, new End(0, answer) };

    private static Gen<Command[]> OnProcessTogether() =>
        from first in BeginsOf(0)
        from second in BeginsOf(1)
        from notify in Notifications
        select new Command[] { first, new End(0, FinnetSays.OnProcess), second, new End(0, FinnetSays.OnProcess), notify };

    // The first waits when Finnet says of the second what became of the customer; now and then it is of another owner, or too old.
    private static Gen<Command[]> AnsweredTogether() =>
        from first in BeginsOf(0)
        from second in BeginsOf(1)
        from waits in Gen.Elements(FinnetSays.OnProcess, FinnetSays.Issued, FinnetSays.NoAnswer)
        from owner in Mostly(first.Owner, 1 - first.Owner, 3)
        from pause in Mostly(1, (int)World.SettleWithin.TotalMilliseconds + 1, 3)
        from answer in Gen.Elements(FinnetSays.Approved, FinnetSays.Rejected)
        select new Command[]
        {
            first, new End(0, waits), new Advance(pause), second with { Owner = owner }, new End(0, answer),
        };

    private static Gen<Command[]> One<T>(Gen<T> command)
        where T : Command => command.Select(one => new Command[] { one });

    private static int Weight(FinnetSays answer) => answer switch
    {
        FinnetSays.OnProcess or FinnetSays.Duplicate => 3,
        FinnetSays.Issued or FinnetSays.Unclear or FinnetSays.NoAnswer => 2,
        _ => 1,
    };

    private static Gen<int> Mostly(int usual, int other, int times) =>
        Gen.Frequency((times, Gen.Constant(usual)), (1, Gen.Constant(other)));

    /// <summary>Removes a half, a quarter… down to one command; then simplifies each command.</summary>
    private static IEnumerable<Script> Shrink(Script script)
    {
        var commands = script.Commands;
        if (script.AtOnce > 1)
            yield return script with { AtOnce = 1 };
        for (var size = commands.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= commands.Count; start += size)
                yield return script with { Commands = [.. commands.Take(start), .. commands.Skip(start + size)] };
        }

        for (var index = 0; index < commands.Count; index++)
        {
            foreach (var plainer in Plainer(commands[index]))
                yield return script with { Commands = [.. commands.Take(index), plainer, .. commands.Skip(index + 1)] };
        }
    }

    private static IEnumerable<Command> Plainer(Command command) => command switch
    {
        Begin { Owner: not 0 } begin => [begin with { Owner = 0 }],
        Begin { Content: not 0 } begin => [begin with { Content = 0 }],
        End { Attempt: not 0 } end => [end with { Attempt = 0 }],
        Notify { Form: not 0 } notify => [notify with { Form = 0 }],
        Notify { Message: not 0 } notify => [notify with { Message = 0 }],
        Notify { Merchant: not 0 } notify => [notify with { Merchant = 0 }],
        Crash { Merchant: not 0 } => [new Crash(0)],
        _ => [],
    };
}
