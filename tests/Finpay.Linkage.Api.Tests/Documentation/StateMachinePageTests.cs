namespace Finpay.Linkage.Api.Tests.Documentation;

public sealed class StateMachinePageTests
{
    [Fact]
    public async Task The_Page_Is_The_Tables()
    {
        if (Readme.IsUpdating)
            await File.WriteAllTextAsync(StateMachinePage.File, StateMachinePage.Render());

        Assert.Equal(StateMachinePage.Render(), (await File.ReadAllTextAsync(StateMachinePage.File)).ReplaceLineEndings("\n"));
    }
}
