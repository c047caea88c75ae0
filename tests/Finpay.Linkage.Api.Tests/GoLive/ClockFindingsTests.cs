using Finpay.Linkage.Api.GoLive;

namespace Finpay.Linkage.Api.Tests.GoLive;

public sealed class ClockFindingsTests
{
    [Theory]
    [InlineData(0, "Ok")]
    [InlineData(5, "Ok")]
    [InlineData(-5, "Ok")]
    [InlineData(5.1, "Warning")]
    [InlineData(-60, "Warning")]
    [InlineData(60.1, "Failure")]
    [InlineData(-60.1, "Failure")]
    public void How_Far_It_May_Be_From_The_Servers(double seconds, string level)
    {
        var finding = ClockFindings.OnServer(TimeSpan.FromSeconds(seconds), sameMachine: false);

        Assert.Equal(level, finding.Level.ToString());
        Assert.Contains(seconds < 0 ? "behind" : "ahead", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Server_On_This_Machine_Proves_Nothing()
    {
        Assert.Contains("proves nothing", ClockFindings.OnServer(TimeSpan.Zero, sameMachine: true).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("proves nothing", ClockFindings.OnServer(TimeSpan.Zero, sameMachine: false).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Ok")]
    [InlineData(false, "Warning")]
    [InlineData(null, "Warning")]
    public void What_The_Kernel_Knows(bool? synchronised, string level) => Assert.Equal(level, ClockFindings.OnKernel(synchronised).Level.ToString());

    [Fact]
    public void The_Kernel_Is_Asked_Without_Right_Or_Effect()
    {
        // Some containers forbid even the question.
        var before = Kernel.IsClockSynchronised();

        Assert.Equal(before, Kernel.IsClockSynchronised());
        Assert.True(OperatingSystem.IsLinux() || before is null);
    }
}
