namespace Finpay.Linkage.Api.Upgrades;

/// <summary>One spelling for a name that can be written in several: trimmed, single blanks, Unicode's form NFC.</summary>
internal static class PersonName
{
    // What is longer is refused by its length anyhow, and putting marks in order takes the square of it.
    private const int MaxLength = 8 * CreateUpgradeValidator.MaxNameLength;

    public static string Normalize(string name)
    {
        var folded = string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return folded.Length <= MaxLength ? Nfc.Of(folded) : folded;
    }
}
