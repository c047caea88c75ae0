using System.Net.Sockets;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Whatever a handler of the host throws, the call ends as an answer.</summary>
public sealed class EveryEndTests
{
    public static TheoryData<Type> Exceptions =>
    [
        typeof(TimeoutException), typeof(TaskCanceledException), typeof(OperationCanceledException), typeof(InvalidOperationException),
        typeof(HttpRequestException), typeof(IOException), typeof(SocketException), typeof(ObjectDisposedException),
        typeof(NotSupportedException), typeof(FormatException), typeof(UnauthorizedAccessException), typeof(ArgumentException),
        typeof(NullReferenceException), typeof(Polly.Timeout.TimeoutRejectedException), typeof(Polly.CircuitBreaker.BrokenCircuitException),
    ];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task Before_The_Body_Was_Read_It_Was_Not_Sent(Type thrown) =>
        Assert.Equal(FinnetAnswerKind.NotSent, (await AskAsync(thrown, readsBody: false)).Kind);

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task After_That_There_Is_No_Answer(Type thrown) =>
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await AskAsync(thrown, readsBody: true)).Kind);

    private static async Task<FinnetAnswer> AskAsync(Type thrown, bool readsBody)
    {
        var exception = thrown == typeof(ObjectDisposedException)
            ? new ObjectDisposedException("handler")
            : (Exception)Activator.CreateInstance(thrown)!;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ManualClock());
        using var network = new StubHandler(_ => Answers.Sample());
        services.AddFinnetClient(FinnetHost.Configuration()).ConfigurePrimaryHttpMessageHandler(() => network)
            .AddHttpMessageHandler(() => new ThrowingHandler(exception, readsBody));
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<IFinnetClient>().RequestUpgradeWidgetAsync(Requests.Minimal);
    }

    private sealed class ThrowingHandler(Exception exception, bool readsBody) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (readsBody)
                await base.SendAsync(request, cancellationToken);
            throw exception;
        }
    }
}
