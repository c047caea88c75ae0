using Finpay.Linkage.Api.Tests.Documentation;
using Finpay.Linkage.Tool.Check;

namespace Finpay.Linkage.Api.Tests.Tool;

public sealed class ReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_Documentation_Shows_What_It_Writes()
    {
        var shown = Document.Operations.Text.Split("```\n").Single(part => part.Contains("Not ready to go live.", StringComparison.Ordinal))
            .Split('\n').TakeWhile(line => line != "…").Where(line => !line.Contains("  connection  ", StringComparison.Ordinal)).ToList();

        var written = GoodSettings.Look(GoodSettings.Read(
            folder, ("Finnet:MerchantPassword", "sandbox-password"), ("ApiKeys:2:Role", "merchant"))).ToString().Split(Environment.NewLine);

        Assert.NotEmpty(shown);
        Assert.Equal(shown, written.Take(shown.Count));
    }

    [Fact]
    public void Columns_Are_Aligned()
    {
        var report = new Report();
        report.Ok("TLS", "short");
        report.Fail("data folder", "words and words");
        report.Warn("clock", "late");
        report.OkIfNothingFound("clock", "right");
        report.OkIfNothingFound("logs", "JSON");

        Assert.Equal(
            [
                "Ok       TLS           short",
                "Failure  data folder   words and words",
                "Warning  clock         late",
                "Ok       logs          JSON",
                "",
                "Failures: 1, warnings: 1. Not ready to go live.",
                "",
            ],
            report.ToString().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData(0, 0, "Failures: 0, warnings: 0. Ready to go live.")]
    [InlineData(0, 1, "Failures: 0, warnings: 1. Ready to go live once somebody has looked at the warnings.")]
    [InlineData(1, 0, "Failures: 1, warnings: 0. Not ready to go live.")]
    public void The_Last_Line_Says_What_It_Comes_To(int failures, int warnings, string last)
    {
        var report = new Report();
        report.Ok("TLS", "text");
        for (var number = 0; number < failures; number++)
            report.Fail("TLS", "text");
        for (var number = 0; number < warnings; number++)
            report.Warn("TLS", "text");

        Assert.Equal((failures > 0, last), (report.HasFailure, report.ToString().TrimEnd().Split(Environment.NewLine)[^1]));
    }

    [Fact]
    public void A_Path_Commands_No_Terminal()
    {
        var report = new Report();
        report.Ok("data folder", "/data\u001b[2J\n\u202Etxt");

        Assert.Contains("/data?[2J??txt", report.ToString(), StringComparison.Ordinal);
    }
}
