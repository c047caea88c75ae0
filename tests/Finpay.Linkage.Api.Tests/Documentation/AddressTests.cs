using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Where Finnet's page says that the widget service is.</summary>
public sealed class AddressTests
{
    private static readonly Addresses Documented = Facts.Read<Addresses>("addresses");

    [Fact]
    public void The_Environment_Sets_The_Documented_Address()
    {
        Assert.Equal(Documented.Path, new FinnetOptions().WidgetPath);
        Assert.Equal(Documented.Development, Address(FinnetEnvironment.Development));
        Assert.Equal(Documented.Production, Address(FinnetEnvironment.Production));
        Assert.Equal(["Development", "Production"], Enum.GetNames<FinnetEnvironment>());
    }

    [Fact]
    public async Task A_Create_Call_Is_Posted_There_As_Json()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();

        await host.CreateAsync();

        var sent = Assert.Single(host.Finnet.Sent);
        Assert.Equal((HttpMethod.Post, Documented.Production), (sent.Method, sent.Url.AbsoluteUri));
        Assert.Equal("application/json", sent.Headers.ContentType!.ToString());
    }

    [Fact]
    public void The_Pages_Name_Both_Addresses()
    {
        Assert.Equal(
            [("Development", $"`{Documented.Development}`"), ("Production", $"`{Documented.Production}`")],
            Document.Contract.Table("| environment | address |").Select(cells => (cells[0], cells[1])));
        foreach (var url in new[] { Documented.Development, Documented.Production })
            Assert.Contains($"({new Uri(url).Host.Split('.')[0]})", Document.Settings.Text, StringComparison.Ordinal);
        Assert.Contains("visible text wins", Documented.Note, StringComparison.Ordinal);
    }

    private static string Address(FinnetEnvironment environment)
    {
        var options = new FinnetOptions { Environment = environment };
        return new Uri(options.EffectiveBaseUrl, options.WidgetPath).AbsoluteUri;
    }

    private sealed record Addresses(string Source, string Development, string Production, string Path, string Note);
}
