namespace Finpay.Linkage.Api.GoLive;

/// <summary>Whether a text could be guessed although it is long enough.</summary>
internal static class WeakSecret
{
    // Of 32 random hex digits about 14 are different; fewer than 8 come once in 25 million.
    private const int FewestDifferent = 8;

    // Of random digits, the worst case, a quarter of the neighbours are steps of at most one.
    private const double MostSteps = 0.6;

    private static readonly string[] Placeholders =
        ["change", "replace", "placeholder", "example", "sample", "dummy", "default", "secret", "password", "token", "finnet", "finpay", "linkage", "callback", "1234567890", "0123456789"];

    /// <returns>Why; null when it could not.</returns>
    /// <param name="text">The secret.</param>
    /// <param name="length">How many characters must be left when words that people write are taken away.</param>
    public static string? Problem(string text, int length)
    {
        if (text.Distinct().Count() < FewestDifferent)
            return "few different characters";
        if (IsRepeated(text))
            return "a shorter text, repeated";
        if (Steps(text) > MostSteps * (text.Length - 1))
            return "a sequence";
        var rest = Placeholders.Aggregate(text, (left, word) => left.Replace(word, "", StringComparison.OrdinalIgnoreCase));
        return rest.Length < Math.Min(length, text.Length) ? "it has words that people write" : null;
    }

    private static bool IsRepeated(string text) => Enumerable.Range(1, text.Length / 2).Any(period => text.AsSpan(period).SequenceEqual(text.AsSpan(0, text.Length - period)));

    private static int Steps(string text) => text.Zip(text.Skip(1)).Count(pair => Math.Abs(pair.First - pair.Second) <= 1);
}
