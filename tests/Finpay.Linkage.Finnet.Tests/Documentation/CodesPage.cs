using System.Reflection;
using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Documentation;

/// <summary>The content of docs/finnet-codes.md, made from the library's table.</summary>
internal static class CodesPage
{
    private const string Head = """
        # Finnet's response codes / Kode respons Finnet

        Made from the table in `ResponseCodes.json`; a test compares both, and rewrites this page when `LINKAGE_UPDATE_DOCS=1` is set. The
        service gives the same texts in a problem's `finnet.explanation`, members `en` and `id`; the library by `ResponseCode.Explain()`.

        A code is HTTP status (3 digits), service (2 digits), case (2 digits). `X` stands for any digit: Finnet's services share the cases
        of their errors (service `00` is Upgrade Account, `73` the access token). The most specific line counts. For a code that is not
        documented the HTTP status decides. Finnet fills in `{field}` and `[reason]`.

        Source: **S** the pages that define Upgrade Account; **F** other pages of Finpay; **B** the BI-SNAP standard; **I** inferred from
        the HTTP status.

        """;

    public static string File { get; } = Path.Combine(
        typeof(CodesPage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "SourceRoot").Value!,
        "docs", "finnet-codes.md");

    public static string Render()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        Table(page, "English", "code | name | meaning | what to do | source", text => text.English);
        Table(page, "Bahasa Indonesia", "kode | nama | arti | tindakan | sumber", text => text.Indonesian);
        return page.ToString();
    }

    private static void Table(StringBuilder page, string title, string columns, Func<BilingualText, string> language)
    {
        page.Append("\n## ").Append(title).Append("\n\n| ").Append(columns).Append(" |\n|---|---|---|---|---|\n");
        foreach (var line in ResponseCodeTable.All)
            page.Append("| `").Append(line.Pattern).Append("` | ")
                .AppendJoin(" | ", line.Name, language(line.Meaning), language(line.Advice), Mark(line.Source)).Append(" |\n");
    }

    private static string Mark(ResponseCodeSource source) => source switch
    {
        ResponseCodeSource.ProductPages => "S",
        ResponseCodeSource.OtherFinpayPages => "F",
        ResponseCodeSource.SnapStandard => "B",
        _ => "I",
    };
}
