namespace Finpay.Linkage.Api.Tests.Documentation;

public sealed class StateMachinePageTests
{
    private const string Begin = "<!-- answers: made from the code; LINKAGE_UPDATE_DOCS=1 dotnet test rewrites it -->";
    private const string End = "<!-- end of answers -->";

    [Fact]
    public void The_Page_Is_The_Table_Of_The_Code()
    {
        if (Document.IsUpdating)
            Document.StateMachine.Text = StateMachinePage.Render();

        Assert.Equal(StateMachinePage.Render(), Document.StateMachine.Text);
    }

    [Fact]
    public void The_Answers_Of_The_Api_Page_Are_The_Table_Of_The_Code()
    {
        if (Document.IsUpdating)
            Document.Api.Replace(Begin, End, StateMachinePage.RenderAnswers());

        Assert.Equal(StateMachinePage.RenderAnswers(), Document.Api.Between(Begin, End));
    }
}
