namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class FailureMeaningTests
{
    [Theory]
    [InlineData(FinnetFailure.NotSent, false, true)]
    [InlineData(FinnetFailure.Busy, false, true)]
    [InlineData(FinnetFailure.DuplicateReference, false, false)]
    [InlineData(FinnetFailure.Refused, false, false)]
    [InlineData(FinnetFailure.Unclear, true, true)]
    [InlineData(FinnetFailure.NoAnswer, true, true)]
    public void A_Failure_Says_Whether_It_May_Have_Arrived_And_Whether_It_Counts_For_The_Circuit(FinnetFailure failure, bool mayHaveArrived, bool counts) =>
        Assert.Equal((mayHaveArrived, counts), (failure.MayHaveArrived(), failure.CountsForCircuitBreaker()));

    [Fact]
    public void Every_Failure_Is_In_The_Table_Above() => Assert.Equal(6, Enum.GetValues<FinnetFailure>().Length);
}
