using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.ConsolePages;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>Takes the events that the API sends to the shop, and wakes the result pages. The console chooses what it answers.</summary>
internal sealed class ShopEvents(ShopApi api, SandboxClock clock, ChangeSignal console, IHostApplicationLifetime lifetime)
{
    public const string Path = "/shop/events";

    private const int MostBytes = 64 * 1024;
    private const int MostRemembered = 1000;

    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    private readonly ChangeSignal news = new();
    private readonly ConcurrentQueue<string> verified = new();
    private volatile string answer = Answers[0];

    /// <summary>What the shop can be made to answer: a status, or one that comes late or not at all.</summary>
    public static IReadOnlyList<string> Answers { get; } = ["200", "500", "410", "slow", "never"];

    public string Answer
    {
        get => answer;
        set
        {
            answer = value;
            console.Raise();
        }
    }

    /// <summary>Whether a message with this id and a right signature has come.</summary>
    public bool HasVerified(string eventId) => verified.Contains(eventId, StringComparer.Ordinal);

    public async Task<IResult> TakeAsync(HttpRequest request)
    {
        if (request.ContentLength is not (> 0 and <= MostBytes))
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);

        var body = new byte[(int)request.ContentLength];
        await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        var id = request.Headers["webhook-id"].ToString();
        if (api.Connection is not { } connection || !IsAuthentic(
            connection.EventSecret, id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(),
            body, clock.Inner.GetUtcNow()))
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);

        verified.Enqueue(id);
        if (verified.Count > MostRemembered)
            verified.TryDequeue(out _);

        console.Raise();
        try
        {
            return await AnswerAsync(request.HttpContext.RequestAborted);
        }
        finally
        {
            console.Raise();
        }
    }

    /// <summary>A number that changes with each event that the shop took; waits a while for another one than the page has seen.</summary>
    public async Task<long> NewsAsync(long? seen, CancellationToken aborted)
    {
        var (version, next) = news.Now();
        if (version != seen)
            return version;

        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        await Task.WhenAny(next, Task.Delay(LongestWait, clock.Inner, either.Token));
        return news.Now().Version;
    }

    private async Task<IResult> AnswerAsync(CancellationToken aborted)
    {
        // As it was when the message came.
        var chosen = answer;
        if (chosen is "slow" or "never")
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
            await Task.Delay(chosen == "slow" ? Slowness : Timeout.InfiniteTimeSpan, clock.Inner, either.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (chosen is "500" or "410" || aborted.IsCancellationRequested)
            return TypedResults.StatusCode(chosen == "410" ? StatusCodes.Status410Gone : StatusCodes.Status500InternalServerError);

        news.Raise();
        return TypedResults.Ok();
    }

    // As docs/events.md tells merchants to do it.
    private static bool IsAuthentic(string secret, string id, string timestamp, string signatures, byte[] body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > 300)
            return false;

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var hash = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(hash));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected));
    }
}
