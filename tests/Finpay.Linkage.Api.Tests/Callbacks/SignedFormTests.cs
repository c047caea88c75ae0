using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>How an honest sender may write what it signs.</summary>
public sealed class SignedFormTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private static readonly string Approved = Calls.Notification("KYC Approved");

    /// <summary>What is sent in place of the body that was signed, as it was or without its blanks.</summary>
    [Theory]
    [InlineData("{ \"a\": 1, #}", "{\"a\":1,#}", 200)]
    [InlineData("\r\n{\t#\r\n}\n", "{#}", 200)]
    [InlineData("{#}", "{#}", 200)]
    [InlineData("{#,\"a\":\"b c\"}", "{#,\"a\":\"bc\"}", 401)]
    [InlineData("{ #,\"a\":\"b\" }", "{#,\"a\":\"c\"}", 401)]
    [InlineData("{\u00a0#}", "{#}", 401)]
    [InlineData("{#}", "{ #}", 401)]
    [InlineData("{ #,\"a}", "{#,\"a}", 401)]
    public async Task The_Minified_Form_May_Be_What_Was_Signed(string sent, string signedText, int status)
    {
        await using var host = keys.Host();
        var honest = keys.Sign(Fill(signedText), host.Clock.GetUtcNow());

        Assert.Equal(status, (await (honest with { Body = Encoding.UTF8.GetBytes(Fill(sent)) }).SendAsync(host)).Status);

        Assert.Equal(status == 200 ? 1 : 0, (await host.NotificationsAsync()).Count);

        static string Fill(string frame) => frame.Replace("#", Approved[1..^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffffff00zzz", 200)]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffffff00zz", 200)]
    [InlineData("yyyy-MM-ddTHH:mm:sszz", 200)]
    [InlineData("yyyy-MM-ddTHH:mm:sszzz", 200)]
    [InlineData("dd-MM-yyyyTHH:mm:sszzz", 401)]
    public async Task A_Timestamp_Is_Read_In_Any_Precision(string format, int status)
    {
        await using var host = keys.Host();
        var now = host.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7));

        Assert.Equal(
            status, (await keys.SignAt(Approved, now.ToString(format, CultureInfo.InvariantCulture)).SendAsync(host)).Status);
    }
}
