using System.Globalization;
using System.Xml.Linq;
using Finpay.Linkage.Benchmarks.Report;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The published figures are the measured ones.</summary>
public sealed class PerformanceTests
{
    [Fact]
    public async Task The_Table_And_The_Picture_Are_Made_From_The_Results()
    {
        if (Document.IsUpdating)
            Pages.Update();

        var results = Measurements.Load(Pages.ResultsFile);
        Assert.Equal(Pages.Table(results), Pages.PublishedTable);
        Assert.Equal(Picture.Draw(results), await File.ReadAllTextAsync(Pages.PictureFile));
    }

    [Fact]
    public void The_Picture_Shows_Each_Median_As_A_Bar_Of_That_Length()
    {
        var results = Images(ours: [150], forwarder: [300]);

        var picture = XDocument.Parse(Picture.Draw(results));

        double Bar(string style) => double.Parse(
            Elements(picture, "rect").First(bar => (string?)bar.Attribute("class") == style).Attribute("width")!.Value,
            CultureInfo.InvariantCulture);
        var texts = Elements(picture, "text").Select(text => text.Value).ToList();
        Assert.Contains("150", texts);
        Assert.Contains("300", texts);
        Assert.Equal(Bar("other") / 2, Bar("ours"), 0.1);
    }

    [Fact]
    public void Results_Come_Back_From_Their_File_As_They_Were()
    {
        var file = Path.GetTempFileName();
        var results = Images(ours: [1.5, 2.25], forwarder: [3, 4]);

        results.Save(file);

        Assert.Equal(Tables.Figures(results), Tables.Figures(Measurements.Load(file)));
        File.Delete(file);
    }

    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    public void The_Median_Lies_In_The_Middle(double[] values, double median) => Assert.Equal(median, new Samples(values).Median);

    [Theory]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void A_Percentile_Is_The_Least_Value_That_So_Many_Percent_Do_Not_Exceed(int percent, double value)
    {
        var hundred = new Samples(Enumerable.Range(1, 100).Reverse().Select(number => (double)number));

        Assert.Equal(value, hundred.Percentile(percent));
        Assert.Equal(7, new Samples([7]).Percentile(percent));
    }

    [Fact]
    public void Ratios_Are_Taken_Round_By_Round()
    {
        // In the second round the machine was slower, which affects both servers.
        var (ours, theirs) = (new Samples([100, 20, 90]), new Samples([200, 40, 200]));

        Assert.Equal([0.5, 0.5, 0.45], ours.Over(theirs).Values);
        Assert.Equal([100, 20, 110], theirs.Less(ours).Values);
        Assert.Equal("0.50 (0.45 to 0.50)", ours.Over(theirs).ToString());
        Assert.Throws<ArgumentException>(() => ours.Over(new Samples([1, 2])));
    }

    [Theory]
    [InlineData(210, true)]
    [InlineData(209, false)]
    public void A_Goal_That_Is_Missed_Is_Marked(double ours, bool isMet)
    {
        var results = Images([ours], forwarder: [300]);

        Assert.Equal(isMet, Goal.From(results).First().IsMet);
        Assert.Equal(!isMet, Tables.Goals(results).Split('\n')[2].EndsWith(", **missed** |", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "in one process", 3.0, true)]
    [InlineData(2, "in two processes", 2.45, false)]
    public void A_Peer_In_One_Process_And_In_Two_Are_Judged_Each(int row, string which, double times, bool isMet)
    {
        var goal = Goal.From(Images(ours: [270], forwarder: [300], once: 90, twice: 110)).ElementAt(row);

        Assert.EndsWith(which, goal.Against, StringComparison.Ordinal);
        Assert.StartsWith(times.ToString("0.00", CultureInfo.InvariantCulture), goal.Measured, StringComparison.Ordinal);
        Assert.Equal(isMet, goal.IsMet);
    }

    private static Measurements Images(double[] ours, double[] forwarder, double once = 10, double twice = 20)
    {
        var series = new Dictionary<string, double[]>
        {
            [Names.Linkage] = ours,
            [Names.Forwarder] = forwarder,
            [Names.Fastify] = [.. ours.Select(_ => once)],
            [Names.FastifyTwice] = [.. ours.Select(_ => twice)],
        };
        return new Measurements(new Dictionary<string, PartResults>()).With(
            Names.ImagesPart, new PartResults("one round", series) { Version = "1234567", Measured = "2026-11-21", Machine = "a machine" });
    }

    private static IEnumerable<XElement> Elements(XDocument picture, string name) =>
        picture.Descendants(XName.Get(name, "http://www.w3.org/2000/svg"));
}
