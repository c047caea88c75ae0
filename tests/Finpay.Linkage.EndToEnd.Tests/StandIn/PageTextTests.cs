using System.Text.RegularExpressions;
using Finpay.Linkage.Sandbox.Shop;
using Finpay.Linkage.Sandbox.Widget;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed partial class PageTextTests
{
    [Theory]
    [InlineData(ShopPages.Table)]
    [InlineData(Visit.Table)]
    public void Both_Languages_Say_The_Same_Things(string table)
    {
        var texts = Texts.Table(table);

        Assert.Equal(["en", "id"], texts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(texts["en"].Keys, texts["id"].Keys);
        Assert.All(texts["en"].Keys, key => Assert.Equal(Placeholders(texts["en"][key]), Placeholders(texts["id"][key])));
        Assert.DoesNotContain(texts.Values.SelectMany(words => words.Values), string.IsNullOrWhiteSpace);
    }

    [Fact]
    public void Every_Text_A_Shop_Page_Names_Exists()
    {
        var words = Texts.Table(ShopPages.Table)["en"];
        var pages = typeof(Texts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Pages/shop/", StringComparison.Ordinal)).ToList();
        var named = pages.SelectMany(page => Named().Matches(Page.Read(page["Pages/".Length..])).Select(match => match.Groups["key"].Value))
            .ToList();

        Assert.True(named.Count > 40);
        Assert.Empty(named.Where(key => !words.ContainsKey(key)).Distinct());
    }

    [Theory]
    [InlineData(ShopPages.Table)]
    [InlineData(Visit.Table)]
    public void The_Selfie_Holds_The_Ktp_And_Encrypted_Is_Said_Of_Kk_And_Mothers_Name_Alone(string table)
    {
        var (en, id) = (Texts.Table(table)["en"], Texts.Table(table)["id"]);
        var selfie = table == Visit.Table ? "selfie" : "form.selfie";

        Assert.Equal(("Selfie holding the KTP", "Swafoto sambil memegang KTP"), (en[selfie], id[selfie]));
        Assert.All(
            en.Where(text => text.Value.Contains("encrypt", StringComparison.OrdinalIgnoreCase)),
            text => Assert.Matches("KK number and mother's name are passed on encrypted", text.Value));
        Assert.All(
            id.Where(text => text.Value.Contains("enkripsi", StringComparison.OrdinalIgnoreCase)),
            text => Assert.Matches("Nomor KK dan nama ibu kandung kami teruskan dalam bentuk terenkripsi", text.Value));
    }

    private static IEnumerable<string> Placeholders(string text) =>
        Regex.Matches(text, @"\{\w+\}", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m.Value);

    [GeneratedRegex("(data-(text|alt|label)=\"|text\\('|(link|button)\\(')(?<key>[\\w.]+)[\"']", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
