using System.Diagnostics;
using System.Net;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Nothing that is logged, thrown or traced shows a person or a secret, at any level.</summary>
public sealed class SilenceTests
{
    private static readonly string[] NeverShown =
    [
        "81295288912", "3173010101010001", "Siti", "budi.santoso", "/9j/", "iVBORw0KGgr", "shop.example", "widget/prem", "s3cret", "1234567890123456", "answer-text",
    ];

    [Fact]
    public async Task A_Call_That_Succeeds_Logs_Nothing_At_All()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => context.Response.Body.WriteAsync(Sample.WidgetResponse).AsTask());
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url), ("MerchantPassword", "s3cret"));
        await host.SendAsync(Requests.Full);
        Assert.Empty(host.Log.Entries);
    }

    [Theory]
    [InlineData("""{"responseCode":"4000001","responseMessage":"answer-text 6281295288912"}""")]
    [InlineData("""{"responseCode":"2000000","responseMessage":"answer-text","widgetUrl":"http://demos.example/widget/prem?phone=6281295288912"}""")]
    [InlineData("<html>answer-text 6281295288912")]
    public async Task A_Call_That_Fails_Shows_Its_Reference_And_The_Code_Alone(string body)
    {
        var tags = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (tags)
                    tags.AddRange(activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
            return context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body)).AsTask();
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url), ("MerchantPassword", "s3cret"));
        var exception = await Assert.ThrowsAsync<FinnetException>(() => host.SendAsync(Requests.Full));

        var entry = Assert.Single(host.Log.Attempts);
        Assert.Contains(Requests.Reference, entry.Text, StringComparison.Ordinal);
        Assert.Contains(exception.Failure.ToString(), entry.Text, StringComparison.Ordinal);
        lock (tags)
        {
            var shown = string.Join('\n', [exception.ToString(), .. host.Log.Entries.Select(line => line.Text), .. tags]);
            Assert.All(NeverShown, part => Assert.DoesNotContain(part, shown, StringComparison.Ordinal));
        }
    }
}
