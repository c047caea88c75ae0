using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Configuration;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>Wrong settings of events are refused, each by its key.</summary>
public sealed class EventSettingsTests
{
    [Fact]
    public void A_Good_Endpoint_Passes() => Assert.Empty(Failures(Endpoint()));

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("shop_1")]
    [InlineData("shop\n")]
    [InlineData("a-name-with-more-than-32-characters")]
    public void A_Wrong_Name_Is_Refused(string name) =>
        Assert.StartsWith("Events:Endpoints:0:Name: ", Assert.Single(Failures(Endpoint(name))), StringComparison.Ordinal);

    [Fact]
    public void A_Name_Is_There_Once()
    {
        Assert.Equal(
            "Events:Endpoints:1:Name: is the name of another endpoint already", Assert.Single(Failures(Endpoint(), Endpoint())));
        Assert.Empty(Failures(Endpoint(), Endpoint("shop-2")));
    }

    [Theory]
    [InlineData("https://shop.example/events?x=1", true)]
    [InlineData("http://127.0.0.1:9000/events", true)]
    [InlineData("http://localhost/events", true)]
    [InlineData("http://[::1]/events", true)]
    [InlineData("http://shop.example/events", false)]
    [InlineData("ftp://shop.example/events", false)]
    [InlineData("https://user:secret@shop.example/events", false)]
    [InlineData("https://shop.example/events#x", false)]
    [InlineData("/events", false)]
    [InlineData(null, false)]
    public void The_Url_Is_Https_Or_Http_On_Loopback(string? url, bool passes)
    {
        var failures = Failures(Endpoint(url: url));

        if (passes)
            Assert.Empty(failures);
        else
            Assert.StartsWith("Events:Endpoints:0:Url: ", Assert.Single(failures), StringComparison.Ordinal);
        Assert.DoesNotContain(failures, failure => failure.Contains("secret@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "Events:Endpoints:0:Secrets:0")]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, "Events:Endpoints:0:Secrets:0")]
    public void One_Or_Two_Secrets_Are_Needed(int count, string? key)
    {
        var endpoint = Endpoint();
        endpoint.Secrets.Clear();
        for (var number = 0; number < count; number++)
            endpoint.Secrets.Add(new Secret(EventReceiver.Secret));

        var failures = Failures(endpoint);

        Assert.Equal(key is null ? 0 : 1, failures.Count);
        Assert.All(failures, failure => Assert.StartsWith(key + ": ", failure, StringComparison.Ordinal));
    }

    [Fact]
    public void A_Short_Secret_Is_Refused_And_Not_Repeated()
    {
        var endpoint = Endpoint();
        endpoint.Secrets.Add(new Secret("whsec_cGxhbnRlZA=="));

        var failure = Assert.Single(Failures(endpoint));

        Assert.StartsWith("Events:Endpoints:0:Secrets:1: ", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("cGxhbnRlZA", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account_upgrade.approved", true)]
    [InlineData("account_upgrade.overdue", true)]
    [InlineData("linkage.test", false)]
    [InlineData("approved", false)]
    public void A_Type_Is_A_Known_One(string type, bool passes)
    {
        var endpoint = Endpoint();
        endpoint.Types.Add(type);

        Assert.Equal(passes ? 0 : 1, Failures(endpoint).Count(failure =>
            failure.StartsWith("Events:Endpoints:0:Types:0: must be one of account_upgrade.approved, ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("00:00:00", 30, "Events:Timeout")]
    [InlineData("00:00:46", 30, "Events:Timeout")]
    [InlineData("00:00:45", 30, null)]
    [InlineData("00:00:15", 0, "Events:RetentionDays")]
    [InlineData("00:00:15", 36_501, "Events:RetentionDays")]
    public void Timeout_And_Retention_Have_Bounds(string timeout, int days, string? key)
    {
        var options = new EventOptions
        {
            Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture),
            RetentionDays = days,
        };

        var failures = new EventOptionsValidator(new ConfigurationBuilder().Build()).Validate(null, options).Failures?.ToList() ?? [];

        Assert.Equal(key is null ? 0 : 1, failures.Count);
        Assert.All(failures, failure => Assert.StartsWith(key + ": ", failure, StringComparison.Ordinal));
    }

    private static List<string> Failures(params EventEndpointOptions[] endpoints)
    {
        var options = new EventOptions();
        foreach (var endpoint in endpoints)
            options.Endpoints.Add(endpoint);
        return [.. new EventOptionsValidator(new ConfigurationBuilder().Build()).Validate(null, options).Failures ?? []];
    }

    private static EventEndpointOptions Endpoint(string name = "shop", string? url = "https://shop.example/events") => new()
    {
        Name = name,
        Url = url is null ? null : new Uri(url, UriKind.RelativeOrAbsolute),
        Secrets = { new Secret(EventReceiver.Secret) },
    };
}
