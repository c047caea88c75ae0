namespace Finpay.Linkage.Api.Upgrades;

/// <summary>One spelling for a name that can be written in several: trimmed, single blanks, Unicode's form NFC.</summary>
internal static class PersonName
{
    // What is longer stays as it is and is refused by its length: putting marks in order takes the square of it.
    private const int MaxLength = 8 * CreateUpgradeValidator.MaxNameLength;

    public static string Normalize(string name) => name.Length > MaxLength
        ? name
        : Nfc.Of(string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
