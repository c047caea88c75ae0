namespace Finpay.Linkage.Finnet;

/// <summary>Citizenship as Finnet names it: <c>WNI</c> or <c>WNA</c>.</summary>
public enum Nationality
{
    /// <summary>Warga Negara Indonesia, an Indonesian citizen.</summary>
    Wni,

    /// <summary>Warga Negara Asing, a foreign citizen.</summary>
    Wna,
}

/// <summary>Reads and writes <see cref="Nationality"/>.</summary>
public static class Nationalities
{
    /// <summary>
    /// Reads <c>WNI</c> or <c>WNA</c>, and <c>ID</c>, <c>IDN</c>, <c>Indonesia</c> for WNI, in any case.
    /// The sample in Finnet's documentation says <c>ID</c>.
    /// </summary>
    public static bool TryParse(string? text, out Nationality nationality)
    {
        (var known, nationality) = text?.ToUpperInvariant() switch
        {
            "WNI" or "ID" or "IDN" or "INDONESIA" => (true, Nationality.Wni),
            "WNA" => (true, Nationality.Wna),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>The word on the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither of the two.</exception>
    public static string ToWire(this Nationality nationality) => nationality switch
    {
        Nationality.Wni => "WNI",
        Nationality.Wna => "WNA",
        _ => throw new ArgumentOutOfRangeException(nameof(nationality)),
    };
}
