using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Finpay.Linkage.Finnet;

/// <summary>The client of Finnet's Upgrade Account service. Register it with <c>services.AddFinnetClient(configuration)</c>.</summary>
public sealed partial class FinnetClient
{
    private readonly FinnetOptions options;
    private readonly FieldCipher cipher;
    private readonly FinnetTransport transport;
    private readonly ResiliencePipeline<FinnetAnswer> pipeline;
    private readonly ILogger<FinnetClient> logger;

    internal FinnetClient(
        HttpClient http, FinnetOptions options, SnapAuthentication snap, FinnetResilience resilience, TimeProvider clock,
        ILogger<FinnetClient> logger)
    {
        this.options = options;
        this.logger = logger;
        this.pipeline = resilience.Pipeline;
        cipher = new FieldCipher(options.EncryptionKey!, options.EncryptionIv!);
        var signer = options.Authentication == FinnetAuthentication.SnapB2B ? snap : null;
        transport = new FinnetTransport(http, options.WidgetPath, signer, clock, logger);
    }

    /// <summary>
    /// Asks for an upgrade widget. Takes at most <see cref="FinnetOptions.TotalTimeout"/>. Within that time, the client sends again what is
    /// known not to have been processed; it never repeats a request that may have arrived.
    /// </summary>
    /// <returns>The result, or why there is none and whether the request <see cref="FinnetAnswer.MayHaveArrived"/>.</returns>
    /// <exception cref="ArgumentException">A text of the request is empty or out of Finnet's range.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled; the request may have had an effect.</exception>
    public async Task<FinnetAnswer> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = WidgetRequestWriter.Write(request, options, cipher);
        FinnetAnswer? last = null;
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    last = await transport.SendAsync(body, attempt).ConfigureAwait(false);
                    if (last.IsResult)
                        return last;
                    cancellationToken.ThrowIfCancellationRequested();
                    LogAttempt(request.PartnerReferenceNo, last.Kind, last.ResponseCode?.ToString() ?? "none");
                    return last;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException exception)
        {
            return new FinnetAnswer
            {
                Kind = FinnetAnswerKind.NotSent,
                Reason = "Finnet failed repeatedly; nothing is sent for a moment (circuit open).",
                RetryAfter = exception.RetryAfter,
                Cause = exception,
            };
        }
        catch (TimeoutRejectedException exception)
        {
            // The total time ended between two attempts: the one before says how the call ended.
            return last ?? new() { Kind = FinnetAnswerKind.NotSent, Reason = "Finnet could not be reached in time.", Cause = exception };
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning,
        Message = "Finnet attempt for {PartnerReferenceNo} failed: {Failure}, code {ResponseCode}")]
    private partial void LogAttempt(string partnerReferenceNo, FinnetAnswerKind failure, string responseCode);
}
