using Finpay.Linkage.Api.GoLive;
using Finpay.Linkage.Api.Tests.Documentation;

namespace Finpay.Linkage.Api.Tests.GoLive;

public sealed class FindingTableTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_Readme_Shows_What_It_Writes()
    {
        var shown = Readme.Text.Split("```\n").Single(part => part.StartsWith("check ", StringComparison.Ordinal)).Split('\n').TakeWhile(line => line != "…")
            .Where(line => !line.StartsWith("connection ", StringComparison.Ordinal)).ToList();

        var written = FindingTable.Write(GoodSettings.Look(GoodSettings.Read(
            folder, ("Notifications:PathTokens:0", "abcdefghijklmnopqrstuvwxyz0123456789"), ("ApiKeys:2:Role", "merchant")))).Split(Environment.NewLine);

        Assert.Equal(shown, written.Take(shown.Count));
    }

    [Fact]
    public void Columns_Are_Aligned_And_Long_Texts_Go_On_Below_Themselves()
    {
        var text = string.Join(' ', Enumerable.Repeat("words", 20));

        var table = FindingTable.Write([Finding.Ok("TLS", "short"), Finding.Failure("data folder", text), Finding.Warning("clock", "late")]);

        Assert.Equal(
            [
                "check        result   what was found, what to do",
                "TLS          ok       short",
                "data folder  FAILURE  words words words words words words words words words words words words words",
                "                      words words words words words words words",
                "clock        warning  late",
                "",
                "1 failure, 1 warning. Not ready to go live.",
                "",
            ],
            table.Split(Environment.NewLine));
    }

    [Fact]
    public void No_Line_Is_Longer_Than_100_Characters()
    {
        var table = FindingTable.Write([Finding.Ok("data folder", new string('x', 300)), Finding.Ok("TLS", "one " + new string('z', 78) + " two")]);

        Assert.All(table.Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, 100));
        Assert.Equal((300, 78), (table.Count(character => character == 'x'), table.Count(character => character == 'z')));
    }

    [Fact]
    public void A_Word_Goes_On_Below_From_The_First_Character_That_Has_No_Room()
    {
        for (var length = 1; length < 40; length++)
        {
            // 78 characters of text have room beside the other columns.
            Assert.Equal(100, LongestLine(new string('x', length) + " " + new string('z', 77 - length)));
            Assert.InRange(LongestLine(new string('x', length) + " " + new string('z', 78 - length)), 0, 99);
        }

        static int LongestLine(string text) => FindingTable.Write([Finding.Ok("data folder", text)]).Split(Environment.NewLine).Max(line => line.Length);
    }

    [Theory]
    [InlineData("Ok", "0 failures, 0 warnings. Ready to go live.")]
    [InlineData("Warning", "0 failures, 1 warning. Ready to go live, when somebody has looked at the warnings.")]
    [InlineData("Failure", "1 failure, 0 warnings. Not ready to go live.")]
    public void The_Last_Line_Says_What_It_Comes_To(string level, string last) =>
        Assert.Equal(last, FindingTable.Write([new Finding("TLS", Enum.Parse<Level>(level), "text")]).TrimEnd().Split(Environment.NewLine)[^1]);

    [Fact]
    public void A_Path_Commands_No_Terminal()
    {
        var table = FindingTable.Write([Finding.Ok("data folder", "/data\u001b[2J\n\u202Etxt")]);

        Assert.Contains("/data?[2J??txt", table, StringComparison.Ordinal);
    }
}
