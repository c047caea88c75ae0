using Finpay.Linkage.Api.Events;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>When what failed is tried again.</summary>
public sealed class EventScheduleTests
{
    [Theory]
    [InlineData(1, "00:00:05")]
    [InlineData(2, "00:05:00")]
    [InlineData(3, "00:30:00")]
    [InlineData(4, "02:00:00")]
    [InlineData(5, "05:00:00")]
    [InlineData(6, "10:00:00")]
    [InlineData(7, "14:00:00")]
    [InlineData(8, "20:00:00")]
    [InlineData(9, "1.00:00:00")]
    public void Each_Wait_Is_That_Of_The_Contract_Give_Or_Take_A_Tenth(int failed, string wait)
    {
        var expected = TimeSpan.Parse(wait, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected * 0.9, EventSchedule.WaitAfter(failed, null, 0));
        Assert.Equal(expected, EventSchedule.WaitAfter(failed, null, 0.5));
        Assert.Equal(expected * 1.1, EventSchedule.WaitAfter(failed, null, 1));
    }

    [Fact]
    public void The_Tenth_Failure_Is_The_Last() => Assert.Null(EventSchedule.WaitAfter(10, TimeSpan.FromMinutes(1), 0.5));

    [Theory]
    [InlineData(4, 5)]
    [InlineData(6, 6)]
    [InlineData(86_400, 86_400)]
    [InlineData(86_401, 86_400)]
    [InlineData(-1, 5)]
    public void A_Longer_Wait_That_The_Receiver_Asks_For_Is_Respected_Up_To_A_Day(int asked, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), EventSchedule.WaitAfter(1, TimeSpan.FromSeconds(asked), 0.5));
}
