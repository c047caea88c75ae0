using System.Globalization;
using System.Text.RegularExpressions;

namespace Finpay.Linkage.Api.Tests.Secrets;

/// <param name="File">Its path from the root.</param>
/// <param name="Kind">What it looks like.</param>
/// <param name="Value">The text that was found.</param>
internal sealed record FoundSecret(string File, string Kind, string Value)
{
    public override string ToString() => $"{File}: {Kind} {Value[..Math.Min(Value.Length, 40)]}";
}

/// <summary>Looks for secrets by file name, known forms, assignments and randomness.</summary>
internal static partial class SecretScanner
{
    private const int ShortestToken = 20;
    private const int ShortestHex = 32;
    private const double LeastEntropy = 3.5;
    private const double LeastHexEntropy = 2.8;

    // In words the kind of character (capital, small letter, digit) changes rarely, in random text at every second character.
    private const double LeastChanges = 0.22;

    public static IEnumerable<FoundSecret> Scan(string file, string text)
    {
        if (SecretFile().IsMatch(file))
            yield return new FoundSecret(file, "secret file", Path.GetFileName(file));
        foreach (Match match in KnownForm().Matches(text))
            yield return new FoundSecret(file, "known form", match.Value);
        // C# has many names with Token and Secret; secrets in its literals are found by randomness.
        var isCode = file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".js", StringComparison.Ordinal);
        foreach (var match in Assignment().Matches(text).Where(_ => !isCode))
            yield return new FoundSecret(file, "assignment", match.Groups["value"].Value);
        if (file.EndsWith("packages.lock.json", StringComparison.Ordinal) || file.EndsWith("package-lock.json", StringComparison.Ordinal))
            text = ContentHash().Replace(text, "");
        foreach (Match match in Token().Matches(text))
        {
            if (IsDisorder(match.Value.TrimEnd('=')))
                yield return new FoundSecret(file, "disorder", match.Value);
        }
    }

    private static bool IsDisorder(string token) => token.All(char.IsAsciiHexDigit)
        ? token.Length >= ShortestHex && Entropy(token) >= LeastHexEntropy
        : token.Length >= ShortestToken && !Guid.TryParse(token, CultureInfo.InvariantCulture, out _) && Entropy(token) >= LeastEntropy
            && Changes(token) >= LeastChanges * token.Length;

    /// <summary>Shannon's entropy in bits per character.</summary>
    private static double Entropy(string text) =>
        text.GroupBy(character => character).Select(group => (double)group.Count() / text.Length).Sum(share => -share * Math.Log2(share));

    // A capital before small letters begins a word, and a sign separates words: neither counts as a change.
    private static int Changes(string text)
    {
        var changes = 0;
        for (var index = 1; index < text.Length; index++)
        {
            var (before, here) = (Class(text[index - 1]), Class(text[index]));
            if (before != here && here != '-' && before != '-' && (before, here) != ('A', 'a'))
                changes++;
        }

        return changes;
    }

    private static char Class(char character) =>
        char.IsAsciiDigit(character) ? '0' : char.IsAsciiLetterUpper(character) ? 'A' : char.IsAsciiLetterLower(character) ? 'a' : '-';

    [GeneratedRegex(
        @"(^|/)(\.env(\..+)?|id_[a-z0-9]+|.+\.(pem|pfx|p12|key|jks|kdbx|db|sqlite)|linkage\.keys\.json)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretFile();

    [GeneratedRegex(
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+\S{40}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|"
        + @"\bgithub_pat_\w{22,}|\bglpat-[\w-]{20}|"
        + @"\bxox[abprs]-[\w-]{10,}|\bsk-[A-Za-z0-9-]{20,}|\bsk_live_\w{16,}|\bAIza[\w-]{35}|"
        + @"\bnpm_[A-Za-z0-9]{36}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|\boy2[a-z0-9]{43}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex KnownForm();

    [GeneratedRegex(
        @"(password|passwd|secret|token|api[-_]?key|encryption(key|iv)|lookup_*key)"
        + @"[""']?\s*[:=]\s*[""']?(?<value>[^\s""'<>{}$()|,;`…]{8,})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Assignment();

    [GeneratedRegex("(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{20,}={0,2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Token();

    [GeneratedRegex(
        "\"contentHash\": \"[^\"]+\"|\"integrity\": \"sha512-[^\"]+\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ContentHash();
}
