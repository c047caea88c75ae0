using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>
/// Plays random scripts against the store and the oracle at once. LINKAGE_TEST_CASES makes it play more of them; LINKAGE_TEST_REPLAY takes
/// the three numbers that a failure prints after «Replay directly at failing step with» and begins there.
/// </summary>
public sealed class StateMachineTests(ITestOutputHelper output)
{
    private const int MostPieces = 30;

    // Each of these is met dozens of times in 500 cases; a generator that has lost one of them tests nothing there.
    private static readonly string[] MustBeMet =
    [
        "adopted orphan", "orphan that stays one", "orphan of another merchant", "orphan delivered again", "overtaken answer",
        "applied", "duplicate", "contradiction", "unknownOutcome", "repeated delivery", "settled by way of another reference",
        "settled by an answer", "of another owner or too old for an answer", "settles nothing else because of its phone", "take-over",
        "a reference of another merchant",
        "late attempt", "crash with an attempt under way", "duplicate reference in doubt", "duplicate reference replayed",
        "not processed after failed", "not processed after inDoubt",
    ];

    [Fact]
    public void Whatever_Happens_In_Whatever_Order_The_Store_Does_What_The_Contract_Says() =>
        Check(new SqliteEngine(), Effort.Of(150, 500, 2_000));

    [PostgresFact]
    public void So_Does_The_Store_On_PostgreSql() => Check(new PostgresEngine(), Effort.Of(50, 200, 1_000));

    private void Check(IModelEngine engine, int usualCases)
    {
        var cases = Environment.GetEnvironmentVariable("LINKAGE_TEST_CASES") is { } wanted
            ? int.Parse(wanted, CultureInfo.InvariantCulture)
            : usualCases;
        var replay = Replay(Environment.GetEnvironmentVariable("LINKAGE_TEST_REPLAY"));
        var config = Config.QuickThrowOnFailure.WithMaxTest(cases).WithStartSize(MostPieces / 3).WithEndSize(MostPieces)
            .WithQuietOnSuccess(true).WithReplay(replay);
        var met = MustBeMet.ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        var (played, commands) = (0, 0);
        var watch = Stopwatch.StartNew();
        using var store = new StoreUnderTest(engine);

        Prop.ForAll(Scripts.Any, async script =>
        {
            played++;
            commands += script.Commands.Count;
            foreach (var name in await new Play(store, script).RunAsync())
                met[name]++;
        }).Check(config);

        output.WriteLine($"{played} cases, {commands} commands in {watch.Elapsed.TotalSeconds:F1} s");
        foreach (var (name, count) in met)
            output.WriteLine($"{count,6} cases met: {name}");
        Assert.All(met, pair => Assert.True(pair.Value >= played / 100, $"Only {pair.Value} of {played} cases met: {pair.Key}"));
    }

    private static FSharpOption<Replay>? Replay(string? numbers)
    {
        if (string.IsNullOrEmpty(numbers))
            return null;
        var parts = numbers.Trim('(', ')').Split(',');
        var start = new Rnd(ulong.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
        return FSharpOption<Replay>.Some(new Replay(start, FSharpOption<int>.Some(int.Parse(parts[2], CultureInfo.InvariantCulture))));
    }
}
