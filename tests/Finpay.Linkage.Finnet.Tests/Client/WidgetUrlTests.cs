using System.Globalization;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class WidgetUrlTests
{
    [Theory]
    [InlineData("\"https://demos.finnet.co.id/widget?phone=628\"")]
    [InlineData("\"HTTPS://demos.finnet.co.id/widget\"")]
    [InlineData("\"http://localhost:5090/widget\"")]
    [InlineData("\"http://127.0.0.1/widget\"")]
    [InlineData("\"http://[::1]:5090/widget\"")]
    public async Task An_Https_Url_Or_A_Loopback_One_Is_Passed_On_As_It_Came(string json)
    {
        using var network = new StubHandler(_ => Answers.Issued(json));
        await using var host = new FinnetHost(network);
        Assert.Equal(json.Trim('"'), (await host.SendAsync()).WidgetUrl?.Reveal());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("17")]
    [InlineData("\"/mob-dev/widget\"")]
    [InlineData("\"//demos.finnet.co.id/widget\"")]
    [InlineData("\"demos.finnet.co.id/widget\"")]
    [InlineData("\"http://demos.finnet.co.id/widget?phone=628\"")]
    [InlineData("\"http://localhost.example/widget\"")]
    [InlineData("\"ftp://localhost/widget\"")]
    [InlineData("\"javascript:alert(1)\"")]
    [InlineData("\"file:///etc/hosts\"")]
    public async Task Issued_Without_A_Usable_Url_Is_Unclear(string? json)
    {
        using var network = new StubHandler(_ => Answers.Issued(json));
        await using var host = new FinnetHost(network);
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.Unclear, ResponseCode.Success), (answer.Kind, answer.ResponseCode));
        Assert.Contains("widgetUrl", answer.Reason, StringComparison.Ordinal);
        Assert.Single(network.Requests);
        if (json is { Length: > 4 })
            Assert.DoesNotContain(json.Trim('"'), $"{answer} {answer.Reason}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("\"soon\"")]
    [InlineData("17304444")]
    [InlineData("-1730444470")]
    [InlineData("true")]
    [InlineData("{}")]
    public async Task An_Expiry_That_Cannot_Be_Read_Does_Not_Fail_The_Call(string? json)
    {
        using var network = new StubHandler(_ => Answers.Issued(expiryTimeJson: json));
        await using var host = new FinnetHost(network);
        var result = await host.SendAsync();
        Assert.Equal((FinnetAnswerKind.WidgetIssued, null), (result.Kind, result.ExpiryTime));
    }

    [Theory]
    [InlineData("\"2024-11-01 14:01:10\"", "2024-11-01T07:01:10Z")] // WIB
    [InlineData("\"2024-11-01T14:01:10+08:00\"", "2024-11-01T06:01:10Z")]
    [InlineData("\"2024-11-01T14:01:10Z\"", "2024-11-01T14:01:10Z")]
    [InlineData("\"2001-01-01 00:00:00\"", "2000-12-31T17:00:00Z")] // past: passed on as it is
    [InlineData("1730444470", "2024-11-01T07:01:10Z")]
    [InlineData("\"1730444470\"", "2024-11-01T07:01:10Z")]
    [InlineData("1730444470250", "2024-11-01T07:01:10.250Z")]
    [InlineData("\"1730444470250\"", "2024-11-01T07:01:10.250Z")]
    public async Task An_Expiry_Is_Read_As_Text_And_As_Number(string json, string expected)
    {
        using var network = new StubHandler(_ => Answers.Issued(expiryTimeJson: json));
        await using var host = new FinnetHost(network);
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), (await host.SendAsync()).ExpiryTime);
    }

    [Theory]
    [InlineData("+08:00", "2024-11-01 14:01:10", "2024-11-01T06:01:10Z")]
    [InlineData("-03:30", "2024-11-01 14:01:10", "2024-11-01T17:31:10Z")]
    [InlineData("+08:00", "2024-11-01 14:01:10+07:00", "2024-11-01T07:01:10Z")] // its own offset counts more
    [InlineData("+08:00", "1730444470", "2024-11-01T07:01:10Z")]
    public async Task An_Expiry_Without_A_Zone_Has_The_Configured_One(string zone, string text, string expected)
    {
        using var network = new StubHandler(_ => Answers.Issued(expiryTimeJson: $"\"{text}\""));
        await using var host = new FinnetHost(network, clock: null, ("TimeZone", zone));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), (await host.SendAsync()).ExpiryTime);
    }

    [Fact]
    public async Task An_Expiry_Is_Read_Alike_In_An_Indonesian_Process()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("id-ID");
            using var network = new StubHandler(_ => Answers.Sample());
            await using var host = new FinnetHost(network);
            Assert.Equal(new DateTimeOffset(2024, 11, 1, 7, 1, 10, TimeSpan.Zero), (await host.SendAsync()).ExpiryTime);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
