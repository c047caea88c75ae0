using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet;

/// <summary>The settings of one client as they are now. A change that is not valid is not taken.</summary>
internal sealed partial class CurrentOptions(Func<FinnetOptions> read, ILogger logger)
{
    private volatile FinnetOptions last = read();

    public FinnetOptions Value
    {
        get
        {
            try
            {
                return last = read();
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                LogWrong(exception.Message);
                return last;
            }
        }
    }

    [LoggerMessage(EventId = 2006, Level = LogLevel.Error,
        Message = "The changed settings of Finnet are wrong, the ones before stay in force: {Failures}")]
    private partial void LogWrong(string failures);
}
