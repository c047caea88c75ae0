using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Finpay.Linkage.Api.Browser;

/// <summary>Why the server ends a stream. Written in lower camel case.</summary>
internal enum StreamEnd
{
    /// <summary>There is a result.</summary>
    Final,

    /// <summary>The token has expired.</summary>
    Expired,

    /// <summary>This instance stops; another one goes on.</summary>
    Shutdown,
}

/// <summary>
/// One open stream. It keeps the newest view alone, so that a page that reads slowly costs no memory and then sees how it is now.
/// </summary>
internal sealed class BrowserStream(BrowserToken token, long lastEventId, Action<BrowserStream> close) : IDisposable
{
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ToldView? offered;
    private ToldView? next;
    private volatile string? end;

    public string PartnerReferenceNo => token.PartnerReferenceNo;

    public DateTimeOffset ExpiresAt => token.ExpiresAt;

    /// <summary>
    /// The version that was offered last, 0 before the first. It is one less when the widget has expired since: the version does not grow
    /// by that, and the upgrade must be looked up once more.
    /// </summary>
    public long Known(DateTimeOffset now) =>
        offered is null ? 0
        : offered is { IsExpired: false, ExpiryTime: { } expiry } && expiry <= now ? offered.Version - 1
        : offered.Version;

    /// <summary>When something was last to be written.</summary>
    public long LastSign { get; set; }

    /// <summary>Called by one thread at a time.</summary>
    /// <returns>Whether something is written.</returns>
    public bool Offer(ToldView view)
    {
        // A query that began earlier may end later.
        if (offered is not null && (view.Version, view.IsExpired).CompareTo((offered.Version, offered.IsExpired)) <= 0)
            return false;
        offered = view;
        // What the page has already is not sent once more; its number does not say whether it knows that the widget has expired.
        var isNew = view.Version != lastEventId || view.IsExpired;
        if (isNew)
            Volatile.Write(ref next, view);
        if (view.Final)
            End(StreamEnd.Final);
        else if (isNew)
            Wake();
        return isNew;
    }

    public void End(StreamEnd reason)
    {
        end ??= Storage.EnumText.Of(reason);
        Wake();
    }

    /// <summary>Without news, a comment is written.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <summary>The events. The framework writes no comments: those are written in between, to the same body.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        Func<CancellationToken, ValueTask> writeComment, [EnumeratorCancellation] CancellationToken aborted = default)
    {
        // A page that has gone ends this without an exception: when a network goes, there are thousands at once.
        await using var gone = aborted.UnsafeRegister(writer => ((ChannelWriter<bool>)writer!).TryComplete(), wake.Writer);
        do
        {
            // In this order: a final view is offered before the end.
            var ended = end;
            var view = Interlocked.Exchange(ref next, null);
            if (view is not null)
            {
                var id = view.Version.ToString(CultureInfo.InvariantCulture);
                yield return new SseItem<string>(view.Json, "status") { EventId = id };
            }

            if (ended is not null)
            {
                yield return new SseItem<string>($$"""{"reason":"{{ended}}"}""", "end");
                yield break;
            }

            // The first one too, so that the page and every proxy see the headers at once.
            if (view is null)
                await writeComment(aborted);
        }
        while (await wake.Reader.WaitToReadAsync(CancellationToken.None) && wake.Reader.TryRead(out _));
    }

    public void Dispose() => close(this);
}

/// <summary>A view as it is written, once for all streams of its upgrade.</summary>
internal sealed record ToldView(long Version, bool Final, bool IsExpired, DateTimeOffset? ExpiryTime, string Json);
