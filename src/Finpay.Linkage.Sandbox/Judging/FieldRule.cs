using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Judging;

internal enum Need
{
    Mandatory,

    /// <summary>Mandatory when its parent object is present.</summary>
    MandatoryInParent,
    Optional,
}

/// <summary>One line of Finnet's field list.</summary>
/// <param name="Path">Finnet's path notation.</param>
/// <param name="Kind">JSON type; a boolean is listed as <see cref="JsonValueKind.True"/>.</param>
/// <param name="Need">Whether it may be left out.</param>
/// <param name="Min">Shortest value, in characters (of the clear text when encrypted).</param>
/// <param name="Max">Longest value; 0 when Finnet states none.</param>
/// <param name="Encrypted">AES-128 ciphertext in Base64.</param>
/// <param name="Check">Returns what else is wrong with the (decrypted) value, or null.</param>
internal sealed record FieldRule(
    string Path,
    JsonValueKind Kind,
    Need Need,
    int Min = 1,
    int Max = 0,
    bool Encrypted = false,
    Func<string, string?>? Check = null)
{
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public string Parent => Path.LastIndexOf('.') is var dot and > 0 ? Path[..dot] : "";
}
