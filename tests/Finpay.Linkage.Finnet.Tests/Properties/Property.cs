using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>Runs properties. A failure's message has the seed; <c>Config.WithReplay</c> takes it.</summary>
internal static class Property
{
    /// <summary>How many random cases each property sees.</summary>
    public const int Cases = 1_000;

    public static void Holds<T>(Gen<T> cases, Action<T> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(60), Prop.ForAll(cases.ToArbitrary(), holds));
}
