using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>The client as an application has it: from a container, with settings from configuration.</summary>
internal sealed class FinnetHost : IAsyncDisposable
{
    // A call that never ends fails its test instead of blocking all others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider services;

    /// <param name="network">Replaces the network; without it, <paramref name="settings"/> must name a loopback address.</param>
    /// <param name="clock">The clock; the machine's when absent.</param>
    /// <param name="settings">Settings beside or instead of <see cref="Settings"/>, without the section's name.</param>
    public FinnetHost(HttpMessageHandler? network = null, TimeProvider? clock = null, params (string Key, string? Value)[] settings)
    {
        var configuration = Configuration(settings);
        if (network is null && !new Uri(configuration["Finnet:BaseUrl"] ?? "https://snapstag.finnet.co.id").IsLoopback)
            throw new InvalidOperationException("A test must not reach the real network.");

        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        if (clock is not null)
            collection.AddSingleton(clock);
        var builder = collection.AddFinnetClient(configuration);
        if (network is not null)
            builder.ConfigurePrimaryHttpMessageHandler(() => network);
        else
            builder.ConfigurePrimaryHttpMessageHandler((handler, _) => Trust((SocketsHttpHandler)handler));
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    /// <summary>The required settings, with Finnet's documented key.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Environment"] = "Development",
        ["MerchantId"] = "AGREE170724",
        ["MerchantPassword"] = "123456",
        ["EncryptionKey"] = "1234567890123456",
        ["EncryptionIv"] = "1234567890123456",
    };

    /// <summary>The same as an object.</summary>
    public static FinnetOptions Options => new()
    {
        Environment = FinnetEnvironment.Development,
        MerchantId = "AGREE170724",
        MerchantPassword = new Secret("123456"),
        EncryptionKey = new Secret("1234567890123456"),
        EncryptionIv = new Secret("1234567890123456"),
    };

    /// <summary>A certificate that is trusted besides those of the machine.</summary>
    public X509Certificate2? Trusted { get; init; }

    public LogSink Log { get; } = new();

    /// <summary>The client as the container gives it out.</summary>
    public FinnetClient Client => services.GetRequiredService<FinnetClient>();

    public static IConfiguration Configuration(params (string Key, string? Value)[] settings)
    {
        var all = Settings.ToDictionary(pair => $"Finnet:{pair.Key}", pair => pair.Value);
        foreach (var (key, value) in settings)
            all[$"Finnet:{key}"] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }

    /// <summary>Sends what must end with a result.</summary>
    public async Task<FinnetAnswer> SendAsync(UpgradeWidgetRequest? request = null, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(request, cancellationToken);
        Assert.True(answer.IsResult, $"{answer}: {answer.Reason}");
        Assert.True(answer.Kind != FinnetAnswerKind.WidgetIssued || answer.WidgetUrl is not null);
        Assert.Equal("", answer.Reason);
        return answer;
    }

    /// <summary>Sends what must fail; the answer says in a sentence why.</summary>
    public async Task<FinnetAnswer> FailAsync(UpgradeWidgetRequest? request = null)
    {
        var answer = await AskAsync(request);
        Assert.False(answer.IsResult, $"{answer}");
        Assert.Null(answer.WidgetUrl);
        Assert.Matches("Finnet.*\\.$", answer.Reason);
        return answer;
    }

    /// <summary>Sends, however it ends.</summary>
    public Task<FinnetAnswer> AskAsync(UpgradeWidgetRequest? request, CancellationToken cancellationToken = default) =>
        Client.RequestUpgradeWidgetAsync(request ?? Requests.Minimal, cancellationToken).WaitAsync(Patience, CancellationToken.None);

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private void Trust(SocketsHttpHandler handler)
    {
        if (Trusted is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None
                || Trusted.Equals(certificate);
    }
}
