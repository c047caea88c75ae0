using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// The settings of one client as they are now. A change that is not valid is not taken, nor is one that makes another merchant or another
/// Finnet of it: what is in doubt there must not be sent again here.
/// </summary>
internal sealed partial class CurrentOptions(Func<FinnetOptions> read, ILogger logger)
{
    private volatile FinnetOptions last = read();
    private volatile string? told;

    public FinnetOptions Value
    {
        get
        {
            try
            {
                var now = read();
                if (now.MerchantId != last.MerchantId || now.EffectiveBaseUrl != last.EffectiveBaseUrl)
                    throw new InvalidOperationException("another MerchantId, Environment or BaseUrl needs a restart");
                (last, told) = (now, null);
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                // Once, and not with every call.
                if (told != exception.Message)
                    LogWrong(told = exception.Message);
            }

            return last;
        }
    }

    [LoggerMessage(EventId = 2006, Level = LogLevel.Error,
        Message = "The changed settings of Finnet are not taken, the ones before stay in force: {Reason}")]
    private partial void LogWrong(string reason);
}
