namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>SplitMix64: a case depends only on the run's seed and its number, and a million of them are fast.</summary>
internal sealed class FuzzRandom(ulong seed, long number)
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    // Mixed, or the sequence of each case would be that of the case before it, shifted by one.
    private ulong state = Mix(seed ^ Mix((ulong)number + Step));

    public ulong Next64() => Mix(state += Step);

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Next(int end) => end <= 1 ? 0 : (int)(Next64() % (uint)end);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];
}
