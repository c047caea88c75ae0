namespace Finpay.Linkage.Finnet;

/// <summary>Where the meaning of a code is said.</summary>
public enum ResponseCodeSource
{
    /// <summary>S: the pages that define Upgrade Account.</summary>
    ProductPages,

    /// <summary>F: other pages of Finpay, whose linkage services share the pattern.</summary>
    OtherFinpayPages,

    /// <summary>B: the BI-SNAP standard.</summary>
    SnapStandard,

    /// <summary>I: nowhere; read from the HTTP digits alone.</summary>
    Inferred,
}

/// <summary>A text in the two languages of Finnet's merchants.</summary>
/// <param name="English">In English.</param>
/// <param name="Indonesian">In Bahasa Indonesia.</param>
public sealed record BilingualText(string English, string Indonesian);

/// <summary>What a code of Finnet means and what to do about it. Derived from the code alone: it never carries personal data.</summary>
public sealed record ResponseCodeMeaning
{
    /// <summary>The seven digits, with an <c>X</c> for each that may be any: <c>2000001</c>, <c>401XX01</c>, <c>5XXXXXX</c>.</summary>
    public required string Pattern { get; init; }

    /// <summary>Finnet's or the standard's name; <c>{field}</c> and <c>[reason]</c> stand for what Finnet puts there.</summary>
    public required string Name { get; init; }

    /// <summary>What happened.</summary>
    public required BilingualText Meaning { get; init; }

    /// <summary>What to do.</summary>
    public required BilingualText Advice { get; init; }

    /// <summary>Who says so.</summary>
    public required ResponseCodeSource Source { get; init; }

    /// <summary>Meaning and advice in one text.</summary>
    public BilingualText Explanation => new($"{Meaning.English} {Advice.English}", $"{Meaning.Indonesian} {Advice.Indonesian}");

    /// <summary>Whether this is about <paramref name="code"/>; it need not be the only one that is, see <see cref="ResponseCode.Explain"/>.</summary>
    public bool Covers(ResponseCode code)
    {
        var digits = code.ToString();
        return digits.Length == Pattern.Length && digits.Zip(Pattern).All(pair => pair.Second == 'X' || pair.First == pair.Second);
    }
}
