using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>Sends the events of one endpoint, at most 16 at a time.</summary>
internal sealed partial class EndpointWorker(
    EventEndpointOptions endpoint, KnownEndpoint known, EventStore store, EventSender sender, EventMetrics metrics, ColumnCipher cipher,
    ILogger logger, CancellationToken ending)
{
    /// <summary>Attempts at the same time.</summary>
    public const int AtOnce = 16;

    // One wake-up is enough however many wake it.
    private readonly Channel<bool> wakes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // With those that are being recorded.
    private readonly ConcurrentDictionary<(string Claim, string Delivery), Task> running = new();
    private int attempts;
    // The last claim took as many as it could.
    private volatile bool mayHaveMore;
    private int isFailing;

    public void Wake() => wakes.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await wakes.Reader.WaitToReadAsync(stoppingToken))
            {
                wakes.Reader.TryRead(out _);
                await ClaimAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Ends when every attempt has ended and is recorded; <see cref="RunAsync"/> has ended.</summary>
    public Task DrainAsync() => Task.WhenAll(running.Values);

    // Each attempt that is recorded wakes this again: what waited for it may go.
    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && AtOnce - Volatile.Read(ref attempts) is > 0 and var free)
        {
            Claim claim;
            try
            {
                claim = await store.ClaimAsync(endpoint.Name, free);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or DbException)
            {
                // The queue has told it; the next look tries again.
                return;
            }

            mayHaveMore = claim.Deliveries.Count == free;
            foreach (var delivery in claim.Deliveries)
            {
                Interlocked.Increment(ref attempts);
                running[(claim.Id, delivery.Id)] = Task.Run(() => AttemptAsync(claim, delivery), CancellationToken.None);
            }

            // It may have ended before it was kept.
            foreach (var (key, _) in running.Where(one => one.Value.IsCompleted))
                running.TryRemove(key, out _);
            if (!mayHaveMore)
                return;
        }
    }

    private async Task AttemptAsync(Claim claim, Delivery delivery)
    {
        try
        {
            var result = await SendAsync(delivery);
            if (!result.IsExcluded)
                TellChange(result);
            var state = await store.RecordAsync(claim, delivery, result);
            metrics.Count(endpoint.Name, state);
            if (state == DeliveryState.Dead)
                LogDead(delivery.Id, delivery.PartnerReferenceNo, endpoint.Name, delivery.Attempts + 1);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await ReleaseAsync(claim, delivery);
        }
        catch (StoreUnavailableException)
        {
            // The queue has told it. The claim ends by itself, and the message is sent again.
        }
        catch (Exception exception)
        {
            // The claim ends by itself, and the message is sent again.
            LogUnforeseen(exception, endpoint.Name);
        }
        finally
        {
            running.TryRemove((claim.Id, delivery.Id), out _);
            Wake();
        }
    }

    // The next one need not wait until this one is recorded, unless it is about the same reference.
    private async Task<AttemptResult> SendAsync(Delivery delivery)
    {
        try
        {
            // The filters may have been changed since it was written.
            if (!known.Wants(delivery.Type, delivery.Owner, delivery.MerchantId))
                return sender.Exclude();
            return await sender.SendAsync(endpoint, delivery.EventId, EventMessage.Of(delivery, cipher).ToJson(), ending);
        }
        finally
        {
            Interlocked.Decrement(ref attempts);
            if (mayHaveMore)
                Wake();
        }
    }

    private async Task ReleaseAsync(Claim claim, Delivery delivery)
    {
        try
        {
            await store.ReleaseAsync(claim, delivery);
        }
        catch (StoreUnavailableException)
        {
            // The claim ends by itself.
        }
    }

    // One line for each change, however many attempts fail.
    private void TellChange(AttemptResult result)
    {
        if (Interlocked.Exchange(ref isFailing, result.IsDelivered ? 0 : 1) is var before && before == (result.IsDelivered ? 0 : 1))
            return;
        if (result.IsDelivered)
            LogWorksAgain(endpoint.Name);
        else
            LogFails(endpoint.Name, result.Reason);
    }

    [LoggerMessage(EventId = 1501, Level = LogLevel.Warning, Message = "Events can't be delivered to {Endpoint}: {Reason}")]
    private partial void LogFails(string endpoint, string reason);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Warning, Message = "Events are delivered to {Endpoint} again")]
    private partial void LogWorksAgain(string endpoint);

    [LoggerMessage(EventId = 1503, Level = LogLevel.Information,
        Message = "Delivery {Id} of {PartnerReferenceNo} to {Endpoint} is dead after {Attempts} attempts")]
    private partial void LogDead(string id, string partnerReferenceNo, string endpoint, long attempts);

    [LoggerMessage(EventId = 1506, Level = LogLevel.Error, Message = "An attempt to deliver an event to {Endpoint} failed unforeseen")]
    private partial void LogUnforeseen(Exception exception, string endpoint);
}
