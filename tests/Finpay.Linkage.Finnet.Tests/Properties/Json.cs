using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>JSON documents as text: arbitrary ones, and one object written in all equivalent ways.</summary>
internal static class Json
{
    private static readonly Gen<string> Space = Gen.Elements("", "", "", " ", "\n", "\r\n\t", "    ");

    // Plain characters, unnecessary escapes, and escapes that form no character.
    private static readonly Gen<string> Text = Gen.OneOf(
        Texts.Any.Select(text => Quote(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)),
        Texts.Any.Select(text => Quote(text, JavaScriptEncoder.Default)),
        Gen.Elements(
            "\"\\uD800\"", "\"a\\uDC00b\"", "\"\\u0000\"", "\"2000000\"", "\"081295288912\"", "\"https://a.example\"",
            "\"2024-11-01 14:01:10\""));

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Text,
        Gen.Elements("null", "true", "false", "0", "-0", "2000000", "2e6", "1e999", "-1.5E-400", new string('9', 400)),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Any document; some of its members have a name of <paramref name="names"/>.</summary>
    public static Gen<string> Document(params string[] names) =>
        Document(3, Gen.OneOf(Gen.Elements(names).SelectMany(Recased).Select(Quote), Text));

    /// <summary>A value of any kind.</summary>
    public static Gen<string> Value { get; } = Document(2, Text);

    /// <summary>
    /// The members in any order, their names in any case, other members between them, white space around everything, texts escaped or not,
    /// perhaps a trailing comma and a byte order mark.
    /// </summary>
    public static Gen<byte[]> Rendered(IReadOnlyList<(string Name, string Value)> members) =>
        from known in Gen.CollectToList(members, member =>
            from name in Recased(member.Name)
            from encoder in Gen.Elements<JavaScriptEncoder>(JavaScriptEncoder.UnsafeRelaxedJsonEscaping, JavaScriptEncoder.Default)
            select (Name: Quote(name), Value: Quote(member.Value, encoder)))
        from unknown in (
            from name in Texts.Any.Where(
                name => members.All(member => !string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)))
            from value in Value
            select (Name: Quote(name), Value: value)).ListOf(3)
        from all in Gen.Shuffle([.. known, .. unknown])
        from spaces in Space.ArrayOf((all.Length * 4) + 2)
        from comma in Gen.Elements("", ",")
        from mark in Gen.Elements("", "\uFEFF")
        let parts = all.Select((member, index) =>
            spaces[index * 4] + member.Name + spaces[(index * 4) + 1] + ":" + spaces[(index * 4) + 2] + member.Value
            + spaces[(index * 4) + 3])
        select Encoding.UTF8.GetBytes($"{mark}{spaces[^1]}{{{string.Join(',', parts)}{comma}{spaces[^2]}}}");

    /// <summary>Damaged copies of <paramref name="good"/>, and arbitrary bytes.</summary>
    public static Gen<byte[]> Damaged(Gen<byte[]> good)
    {
        var bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        return Gen.OneOf(
            bytes,
            from whole in good
            from cut in Gen.Choose(0, whole.Length)
            select whole[..cut],
            from whole in good
            from at in Gen.Choose(0, whole.Length - 1)
            from length in Gen.Choose(0, Math.Min(3, whole.Length - at))
            from instead in bytes.Resize(4)
            select (byte[])[.. whole[..at], .. instead, .. whole[(at + length)..]]);
    }

    private static Gen<string> Document(int depth, Gen<string> name)
    {
        if (depth == 0)
            return Scalar;
        var inner = Document(depth - 1, name);
        var member = from key in name from value in inner select key + ":" + value;
        return Gen.Frequency(
            (1, Scalar),
            (1, inner.ListOf().Resize(4).Select(values => $"[{string.Join(',', values)}]")),
            (3, member.ListOf().Resize(6).Select(members => $"{{{string.Join(',', members)}}}")));
    }

    private static Gen<string> Recased(string name) =>
        from upper in Gen.Elements(true, false).ArrayOf(name.Length)
        from touched in Gen.Elements(true, false)
        select touched
            ? string.Concat(name.Select((letter, index) => upper[index] ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)))
            : name;

    private static string Quote(string text) => Quote(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    private static string Quote(string text, JavaScriptEncoder encoder) => $"\"{JsonEncodedText.Encode(text, encoder)}\"";
}
