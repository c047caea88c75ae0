namespace Finpay.Linkage.Api.Storage;

internal static class StoredText
{
    /// <summary>PostgreSQL's text has no NUL: it is stored as its symbol. The raw bytes and the dedupe key keep it.</summary>
    public static string Of(string text) => text.Replace('\0', '\u2400');
}
