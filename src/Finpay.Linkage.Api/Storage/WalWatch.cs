namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// Empties SQLite's write-ahead log when it has grown. A read transaction of another program keeps it growing; its end lets it shrink.
/// </summary>
internal sealed partial class WalWatch(IDatabase database, TimeProvider clock, ILogger<WalWatch> logger) : RepeatedJob(Interval, clock)
{
    public const long Limit = 64 * 1024 * 1024;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long warned;

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (database is not SqliteDatabase { LogBytes: > Limit and var bytes } sqlite)
            return;
        if (await sqlite.EraseAsync(Clock))
        {
            LogEmptied(bytes);
            warned = 0;
        }
        else if (bytes >= 2 * warned)
        {
            // Again when it has doubled.
            LogGrows(bytes);
            warned = bytes;
        }
    }

    [LoggerMessage(EventId = 3011, Level = LogLevel.Warning,
        Message = "SQLite's write-ahead log can't be looked at; it is tried again")]
    protected override partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning,
        Message = "SQLite's write-ahead log has {Bytes} bytes and can't be emptied: another program reads the database and does not end")]
    private partial void LogGrows(long bytes);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Information, Message = "SQLite's write-ahead log of {Bytes} bytes was emptied")]
    private partial void LogEmptied(long bytes);
}
