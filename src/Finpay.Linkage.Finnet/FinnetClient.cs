using Finpay.Linkage.Finnet.Http;
using Finpay.Linkage.Finnet.Security;
using Finpay.Linkage.Finnet.Wire;
using Microsoft.Extensions.Logging;
using Polly;

namespace Finpay.Linkage.Finnet;

/// <summary>The typed client of Finnet's Upgrade Account service. Register it with <c>services.AddFinnetClient(configuration)</c>.</summary>
public sealed partial class FinnetClient
{
    private readonly FinnetOptions options;
    private readonly FieldCipher cipher;
    private readonly FinnetTransport transport;
    private readonly ResiliencePipeline<UpgradeWidgetResult> pipeline;
    private readonly ILogger<FinnetClient> logger;

    internal FinnetClient(HttpClient http, FinnetOptions options, SnapAuthentication snap, FinnetResiliencePipeline pipeline, TimeProvider clock, ILogger<FinnetClient> logger)
    {
        this.options = options;
        this.logger = logger;
        this.pipeline = pipeline.Value;
        cipher = new FieldCipher(options.EncryptionKey!, options.EncryptionIv!);
        transport = new FinnetTransport(http, options.WidgetPath, options.Authentication == FinnetAuthentication.SnapB2B ? snap : null, clock, LogDisagreement);
    }

    /// <summary>
    /// Asks for an upgrade widget. Takes at most <see cref="FinnetOptions.TotalTimeout"/>. What is known not to have been processed is sent
    /// again within that time; a request that may have arrived is not. The request's images are the caller's to dispose of, as soon as the call has ended.
    /// </summary>
    /// <exception cref="FinnetException">Every end that is not one of the four documented codes; <see cref="FinnetException.Failure"/> says whether
    /// the request may have had an effect.</exception>
    /// <exception cref="ArgumentException">A text of the request is empty or out of Finnet's range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the request may have had an effect.</exception>
    public async Task<UpgradeWidgetResult> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = WidgetRequestBody.Serialize(request, options, cipher);
        FinnetException? last = null;
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    try
                    {
                        return await transport.SendAsync(body, attempt).ConfigureAwait(false);
                    }
                    catch (FinnetException exception)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        last = exception;
                        LogAttempt(request.PartnerReferenceNo, exception.Failure, exception.ResponseCode?.ToString() ?? "none");
                        throw;
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ExecutionRejectedException exception)
        {
            throw FinnetResilience.Translate(exception, last);
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Finnet attempt for {PartnerReferenceNo} failed: {Failure}, code {ResponseCode}")]
    private partial void LogAttempt(string partnerReferenceNo, FinnetFailure failure, string responseCode);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Finnet's body code {ResponseCode} and HTTP status {HttpStatus} disagree; the code counts")]
    private partial void LogDisagreement(ResponseCode responseCode, int httpStatus);
}
