using System.Text.Json;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's codes in English and Bahasa Indonesia, for <see cref="ResponseCode.Explain"/> and docs/finnet-codes.md.</summary>
/// <remarks>
/// Source: docs/finnet-contract.md. The product's own four codes apply to its own service digits only; all of Finnet's services share the
/// cases of the errors.
/// </remarks>
internal static class ResponseCodeTable
{
    /// <summary>All lines, the most specific first: the first that fits a code explains it. The last go by the HTTP digits only.</summary>
    public static IReadOnlyList<ResponseCodeMeaning> All { get; } = Read();

    internal static ResponseCodeMeaning Find(ResponseCode code) => All.FirstOrDefault(line => line.Covers(code)) ?? All[^1];

    private static ResponseCodeMeaning[] Read()
    {
        using var file = typeof(ResponseCodeTable).Assembly.GetManifestResourceStream("ResponseCodes.json")!;
        return JsonSerializer.Deserialize(file, FinnetJson.Default.ResponseCodeMeaningArray)!;
    }
}

/// <summary>Where the meaning of a code comes from.</summary>
public enum ResponseCodeSource
{
    /// <summary>S: the pages that define Upgrade Account.</summary>
    ProductPages,

    /// <summary>F: other pages of Finpay, whose linkage services use the same pattern.</summary>
    OtherFinpayPages,

    /// <summary>B: the BI-SNAP standard.</summary>
    SnapStandard,

    /// <summary>I: no page; inferred from the HTTP digits.</summary>
    Inferred,
}

/// <summary>A text in the two languages of Finnet's merchants.</summary>
/// <param name="English">In English.</param>
/// <param name="Indonesian">In Bahasa Indonesia.</param>
public sealed record BilingualText(string English, string Indonesian);

/// <summary>What a code of Finnet means and what to do. It depends on the code only, so it never has personal data.</summary>
public sealed record ResponseCodeMeaning
{
    /// <summary>Seven digits, with an <c>X</c> for any digit: <c>2000001</c>, <c>401XX01</c>, <c>5XXXXXX</c>.</summary>
    public required string Pattern { get; init; }

    /// <summary>Finnet's or the standard's name; Finnet replaces <c>{field}</c> and <c>[reason]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happened.</summary>
    public required BilingualText Meaning { get; init; }

    /// <summary>What to do.</summary>
    public required BilingualText Advice { get; init; }

    /// <summary>Where the meaning comes from.</summary>
    public required ResponseCodeSource Source { get; init; }

    /// <summary>Meaning and advice in one text.</summary>
    public BilingualText Explanation => new($"{Meaning.English} {Advice.English}", $"{Meaning.Indonesian} {Advice.Indonesian}");

    /// <summary>Whether the pattern fits <paramref name="code"/>. Several may; <see cref="ResponseCode.Explain"/> takes the best.</summary>
    internal bool Covers(ResponseCode code)
    {
        var digits = code.ToString();
        return digits.Length == Pattern.Length && digits.Zip(Pattern).All(pair => pair.Second == 'X' || pair.First == pair.Second);
    }
}
