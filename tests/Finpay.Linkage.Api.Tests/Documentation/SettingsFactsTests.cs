using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The settings and their defaults: the documented ones are read, no other is, and docs/settings.md says the same.</summary>
public sealed partial class SettingsFactsTests : IDisposable
{
    private const string NotAvailable = "not available in this version";

    private static readonly SettingsFacts Documented = Facts.Read<SettingsFacts>("settings");
    private static readonly IReadOnlyList<BoundSetting> Bound = BoundSettings.Read();

    private readonly string folder = Directory.CreateTempSubdirectory("settings-facts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_Documented_Setting_Is_Read_With_Its_Default_And_No_Other_Is() => Assert.Equal(
        Documented.Built.Where(setting => setting.Value is null).Select(setting => (setting.Key, setting.Default))
            .OrderBy(setting => setting.Key, StringComparer.Ordinal),
        Bound.Select(setting => (setting.Key, setting.Default)).OrderBy(setting => setting.Key, StringComparer.Ordinal));

    [Fact]
    public void What_Is_Not_Built_Yet_Is_Not_Read() => Assert.Empty(
        Documented.NotYet.Where(setting => setting.Value is null).Select(setting => setting.Key)
            .Intersect(Bound.Select(setting => setting.Key), StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void The_Words_That_A_Setting_Takes_Are_The_Documented_Ones() => Assert.Equal(
        Documented.Built.Concat(Documented.NotYet).Where(setting => setting.Value is not null)
            .Select(setting => (setting.Key, setting.Value)).Order(),
        Bound.Where(setting => setting.Type.IsEnum)
            .SelectMany(setting => Enum.GetNames(setting.Type).Select(name => (setting.Key, (string?)name))).Order());

    [Fact]
    public async Task A_Value_That_Is_Not_Built_Yet_Is_Refused_At_Start_And_A_Built_One_Is_Available()
    {
        foreach (var setting in Documented.Built.Concat(Documented.NotYet).Where(setting => setting.Value is not null))
        {
            var message = await Startup.MessageAsync(folder, (setting.Key.Replace("<n>", "0", StringComparison.Ordinal), setting.Value))
                ?? "";

            var key = setting.Key.Replace(":<n>", "", StringComparison.Ordinal);
            var refused = message.Split(Environment.NewLine)
                .Any(line => line.Contains(key, StringComparison.Ordinal) && line.Contains(NotAvailable, StringComparison.Ordinal));
            Assert.Equal((setting.Key, setting.Value, Documented.NotYet.Contains(setting)), (setting.Key, setting.Value, refused));
        }
    }

    [Fact]
    public async Task What_Can_Not_Be_Read_As_Its_Type_Is_Refused_By_Its_Key()
    {
        var typed = Bound.Where(setting => setting.Type != typeof(string) && setting.Type != typeof(Secret))
            .Select(setting => setting.Key.Replace("<n>", "0", StringComparison.Ordinal)).ToList();

        var refused = await Startup.RefusalAsync(folder, [.. typed.Select(key => (key, (string?)"?!"))]);

        Assert.NotEmpty(typed);
        Assert.All(typed, key => Assert.Contains(key, refused));
    }

    [Fact]
    public void The_Page_Has_Every_Setting_With_Its_Default_And_No_Other()
    {
        var rows = Rows();
        var built = Documented.Built.Where(setting => setting.Value is null)
            .ToDictionary(setting => setting.Key, setting => setting.Default, StringComparer.Ordinal);

        Assert.Empty(rows.SelectMany(row => row.Keys).Except(built.Keys).Except(Documented.FrameworksOwn));
        Assert.All(built.Keys, key => Assert.True(
            rows.Exists(row => row.Keys.Contains(key) || row.Meaning.Contains($"`{key}`", StringComparison.Ordinal)), key));
        foreach (var (keys, meaning) in rows)
        {
            var defaults = keys.Select(key => built.GetValueOrDefault(key)).OfType<string>().ToList();
            if (defaults.Count > 0)
                Assert.Contains(
                    $"({string.Join(", ", defaults)})", meaning.Replace("`", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_Page_Does_Not_Offer_What_Is_Not_Built_Yet() => Assert.All(
        Documented.NotYet.Where(setting => setting.Value is null),
        setting => Assert.DoesNotContain(Rows(), row => row.Keys.Contains(setting.Key)));

    [Fact]
    public void A_Setting_That_Any_Page_Names_Exists()
    {
        // «Storage:Encryption» names the settings below it.
        var known = Documented.Built.Select(setting => setting.Key).Concat(Documented.FrameworksOwn).ToList();
        var named = Document.All.SelectMany(page => Document.Code(page.Prose)).Where(code => SettingKey().IsMatch(code)).ToHashSet();

        Assert.True(named.Count > 30, $"{named.Count} settings are named");
        Assert.All(named, key => Assert.Contains(known, one => one == key || one.StartsWith(key + ":", StringComparison.Ordinal)));
    }

    private static List<(IReadOnlyList<string> Keys, string Meaning)> Rows() =>
        [.. Document.Settings.Table("| key | meaning (default) |").Select(cells => (Keys(cells[0]), cells[1]))];

    [GeneratedRegex("^[A-Z][A-Za-z]+(:([A-Z][A-Za-z0-9]+|<n>))+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingKey();

    // «`A:B:C`, `:D`» is A:B:C and A:B:D; «`A:B:<n>`, `:D:<n>`» is A:B:<n> and A:D:<n>.
    private static IReadOnlyList<string> Keys(string cell)
    {
        var keys = new List<string>();
        foreach (var key in Document.Code(cell))
            keys.Add(key.StartsWith(':') ? ParentOf(keys[^1]) + key : key);
        return keys;
    }

    private static string ParentOf(string key)
    {
        var item = key.EndsWith(":<n>", StringComparison.Ordinal) ? key[..^4] : key;
        return item[..item.LastIndexOf(':')];
    }

    private sealed record SettingsFacts(
        string Source, IReadOnlyList<DocumentedSetting> Built, IReadOnlyList<DocumentedSetting> NotYet,
        IReadOnlyList<string> FrameworksOwn);

    private sealed record DocumentedSetting(string Key, string? Default = null, string? Value = null);
}
