namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class FailureMeaningTests
{
    [Theory]
    [InlineData(FinnetAnswerKind.WidgetIssued, true, false, false)]
    [InlineData(FinnetAnswerKind.InProcess, true, false, false)]
    [InlineData(FinnetAnswerKind.Rejected, true, false, false)]
    [InlineData(FinnetAnswerKind.Approved, true, false, false)]
    [InlineData(FinnetAnswerKind.NotSent, false, false, true)]
    [InlineData(FinnetAnswerKind.Busy, false, false, true)]
    [InlineData(FinnetAnswerKind.CredentialsRefused, false, false, false)]
    [InlineData(FinnetAnswerKind.DuplicateReference, false, false, false)]
    [InlineData(FinnetAnswerKind.Refused, false, false, false)]
    [InlineData(FinnetAnswerKind.Unclear, false, true, true)]
    [InlineData(FinnetAnswerKind.NoAnswer, false, true, true)]
    public void An_Answer_Says_Whether_It_May_Have_Arrived_And_Whether_It_Counts_For_The_Circuit(
        FinnetAnswerKind kind, bool isResult, bool mayHaveArrived, bool counts)
    {
        var answer = new FinnetAnswer { Kind = kind };
        Assert.Equal(
            (isResult, mayHaveArrived, counts), (answer.IsResult, answer.MayHaveArrived, FinnetResilience.CountsForCircuitBreaker(answer)));
    }

    [Fact]
    public void Every_Kind_Is_In_The_Table_Above() => Assert.Equal(11, Enum.GetValues<FinnetAnswerKind>().Length);
}
