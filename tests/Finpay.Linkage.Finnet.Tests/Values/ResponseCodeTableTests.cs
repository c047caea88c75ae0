namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class ResponseCodeTableTests
{
    [Theory]
    [InlineData("2000001", "2000001")]
    [InlineData("2000002", "2000002")]
    [InlineData("4000001", "400XX01")]
    [InlineData("4017301", "401XX01")]
    [InlineData("4017300", "401XX00")]
    [InlineData("4090001", "409XX01")]
    [InlineData("5040000", "504XX00")]
    public void A_Documented_Code_Is_Explained_By_Its_Line(string code, string pattern) => Assert.Equal(pattern, Explain(code).Pattern);

    [Theory]
    [InlineData("4010099", "4XXXXXX")]
    [InlineData("4220000", "4XXXXXX")]
    [InlineData("4290007", "429XXXX")]
    [InlineData("5030000", "503XXXX")]
    [InlineData("5000009", "5XXXXXX")]
    [InlineData("2000009", "XXXXXXX")]
    [InlineData("3020000", "XXXXXXX")]
    public void Any_Other_Code_Is_Explained_By_Its_Http_Digits(string code, string pattern) => Assert.Equal(pattern, Explain(code).Pattern);

    [Theory]
    [InlineData("2007301")]
    [InlineData("2007302")]
    public void Another_Services_Success_Is_Not_Read_As_A_Result_Of_Kyc(string code) => Assert.Equal("XXXXXXX", Explain(code).Pattern);

    [Fact]
    public void An_Explanation_Is_Meaning_And_Advice_In_Either_Language()
    {
        var line = Explain("4090001");
        Assert.Equal(
            new BilingualText(line.Meaning.English + " " + line.Advice.English, line.Meaning.Indonesian + " " + line.Advice.Indonesian),
            line.Explanation);
    }

    [Fact]
    public void The_Default_Code_Is_Explained_As_Unknown() => Assert.Equal("XXXXXXX", default(ResponseCode).Explain().Pattern);

    [Fact]
    public void Every_Code_Is_Explained_By_A_Line_That_Covers_It()
    {
        // A prime step: over all statuses, services and cases.
        for (var number = 0; number < 10_000_000; number += 997)
        {
            var code = Code($"{number:0000000}");
            Assert.True(code.Explain().Covers(code), code.ToString());
        }
    }

    [Fact]
    public void Every_Line_Is_Complete_In_Both_Languages_And_Has_Its_Own_Pattern()
    {
        Assert.All(ResponseCodeTable.All, line =>
        {
            Assert.Equal(7, line.Pattern.Length);
            foreach (var text in new[] { line.Meaning, line.Advice })
            {
                Assert.EndsWith(".", text.English, StringComparison.Ordinal);
                Assert.EndsWith(".", text.Indonesian, StringComparison.Ordinal);
                Assert.NotEqual(text.English, text.Indonesian);
                // The page's tables are Markdown.
                Assert.DoesNotContain('|', text.English + text.Indonesian + line.Name);
            }
        });
        Assert.Equal(
            ResponseCodeTable.All.Count, ResponseCodeTable.All.Select(line => line.Pattern).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_Line_Is_Reached()
    {
        foreach (var line in ResponseCodeTable.All)
            Assert.Same(line, Explain(line.Pattern.StartsWith('X')
                ? "1000000"
                : line.Pattern.Replace("XXXX", "9999", StringComparison.Ordinal).Replace('X', '8')));
    }

    private static ResponseCodeMeaning Explain(string code) => Code(code).Explain();

    private static ResponseCode Code(string text) =>
        ResponseCode.TryParse(text, out var code) ? code : throw new ArgumentException("Not a code.", nameof(text));
}
