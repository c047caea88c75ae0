namespace Finpay.Linkage.Finnet.Tests.Documentation;

public sealed class CodesPageTests
{
    [Fact]
    public async Task The_Page_Is_The_Table()
    {
        if (Environment.GetEnvironmentVariable("LINKAGE_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(CodesPage.File, CodesPage.Render());

        Assert.Equal(CodesPage.Render(), (await File.ReadAllTextAsync(CodesPage.File)).ReplaceLineEndings("\n"));
    }
}
