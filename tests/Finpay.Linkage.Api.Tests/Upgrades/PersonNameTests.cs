using System.Text;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>The tests run with ICU, so that string.Normalize says what is right.</summary>
public sealed class PersonNameTests
{
    [Theory]
    [InlineData("Siti Aminah", "Siti Aminah")]
    [InlineData("  Siti \t Aminah\u00a0", "Siti Aminah")]
    [InlineData("Siti\r\nAminah", "Siti Aminah")]
    [InlineData("N\u0303andu\u0301", "Ñandú")]
    [InlineData("Nguye\u0302\u0303n Thi\u0323", "Nguyễn Thị")]
    [InlineData("\u1112\u1161\u11ab", "한")]
    [InlineData("\u212bngstro\u0308m", "Ångström")]
    [InlineData("Nur'Aminah-Putri, S.Pd.", "Nur'Aminah-Putri, S.Pd.")]
    [InlineData(" \t ", "")]
    public void A_Name_Has_One_Spelling(string written, string name) => Assert.Equal(name, PersonName.Normalize(written));

    [Fact]
    public void Every_Character_Is_Normalized_As_Unicode_Says()
    {
        for (var character = '\u0001'; character < '\ufff0'; character++)
        {
            if (char.IsSurrogate(character))
                continue;
            var text = "a" + character + "\u0301";
            var decomposed = text.Normalize(NormalizationForm.FormD);
            // Seven Chinese characters stand for others beyond the basic plane.
            if (!decomposed.Any(char.IsSurrogate))
                Assert.Equal(text.Normalize(NormalizationForm.FormC), Nfc.Of(text));
            Assert.Equal(text.Normalize(NormalizationForm.FormC), Nfc.Of(decomposed));
        }
    }

    [Fact]
    public void Any_Sequence_Of_Letters_And_Marks_Is_Normalized_As_Unicode_Says()
    {
        var random = new Random(20241101);
        const string Pieces = "aeoqANSsD \u0300\u0301\u0302\u0303\u0306\u0307\u0308\u030a\u031b\u0323\u0327\u0328\u0331\u0338\u0345\u0315"
            + "éñūộ\u1e69\u212b\u0958\u2adc\u1100\u1161\u11a8\uac00\u1b05\u1b35\u0627\u0653\u064b\u0651\u05d0\u05b7";
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)])]);
            Assert.Equal(text.Normalize(NormalizationForm.FormC), Nfc.Of(text));
            Assert.Equal(Nfc.Of(text), Nfc.Of(text.Normalize(NormalizationForm.FormD)));
        }
    }

    [Fact]
    public void A_Text_That_Is_Too_Long_Anyhow_Is_Left_As_It_Is()
    {
        var marks = new string('\u0301', 1_000_000);

        Assert.Equal("a" + marks, PersonName.Normalize("a" + marks));
        Assert.Equal("a" + new string(' ', 1024), PersonName.Normalize("a" + new string(' ', 1024)));
        Assert.Equal("a", PersonName.Normalize("a" + new string(' ', 1023)));
        Assert.Equal("á😀", PersonName.Normalize("a\u0301😀"));
    }
}
