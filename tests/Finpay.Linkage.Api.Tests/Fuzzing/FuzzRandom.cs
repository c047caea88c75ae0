namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>SplitMix64: a case is made anew from the seed of its run and its number alone, and a million of them cost nothing.</summary>
internal sealed class FuzzRandom(ulong seed, long number)
{
    private ulong state = seed + (0x9E3779B97F4A7C15UL * (ulong)number);

    public ulong Next64()
    {
        state += 0x9E3779B97F4A7C15UL;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Next(int end) => end <= 1 ? 0 : (int)(Next64() % (uint)end);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];
}
