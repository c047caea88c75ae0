using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What a create call came to.</summary>
/// <param name="Row">The record as it is now; null when it belongs to somebody else.</param>
/// <param name="Decision">What the reference stood for; <see cref="BeginDecision.Ask"/> when Finnet was asked.</param>
internal sealed record CreateResult(UpgradeRow? Row, BeginDecision Decision)
{
    /// <summary>How asking ended, when Finnet was asked.</summary>
    public UpgradeEvent? Event { get; init; }

    /// <summary>The attempt still held the record when it ended.</summary>
    public bool Held { get; init; }

    /// <summary>What went wrong, when something did.</summary>
    public FinnetException? Failure { get; init; }

    /// <summary>How long another call may still hold the record.</summary>
    public TimeSpan? LeaseLeft { get; init; }
}

/// <summary>The use case: record the intent, ask Finnet, record how it ended. A crash anywhere leaves a record that the next call with the same reference heals.</summary>
internal sealed partial class UpgradeService(
    FinnetClient finnet,
    WriteQueue writes,
    ColumnCipher cipher,
    LookupHash lookup,
    IOptions<FinnetOptions> finnetOptions,
    IOptions<UpgradeOptions> upgradeOptions,
    TimeProvider clock,
    ILogger<UpgradeService> logger)
{
    /// <summary>Keeps keyed hashes of phone numbers apart from others.</summary>
    public const string PhonePurpose = "phone";

    /// <summary>A reference for a call that has none: Jakarta time and 128 random bits, digits only, 17 + 39, within Finnet's 64.</summary>
    public string MakeReference()
    {
        var random = new BigInteger(RandomNumberGenerator.GetBytes(16), isUnsigned: true);
        var jakarta = clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7));
        return jakarta.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture) + random.ToString("D39", CultureInfo.InvariantCulture);
    }

    /// <param name="reference">The caller's reference, or one of <see cref="MakeReference"/>.</param>
    /// <param name="body">The validated request.</param>
    /// <param name="owner">The name of the caller's key.</param>
    public async Task<CreateResult> CreateAsync(string reference, CreateUpgradeRequest body, string owner)
    {
        var request = body.ToFinnet(reference);
        var attemptId = Guid.NewGuid().ToString("N");
        var phoneHash = lookup.ComputeAll(PhonePurpose, request.PhoneNo.Reveal());
        var command = new BeginUpgrade(
            reference,
            owner,
            finnetOptions.Value.MerchantId,
            Fingerprint(request),
            cipher.Encrypt(request.PhoneNo.Reveal(), UpgradeReader.PhoneColumn, reference),
            phoneHash.Current,
            attemptId,
            upgradeOptions.Value.Lease);
        // Before the lease begins: by our own clock, whatever clock the lease goes by.
        var asked = clock.GetUtcNow();
        var begun = await writes.ExecuteAsync(reference, transaction => UpgradeStore.Begin(transaction, command, clock));
        if (begun.Decision != BeginDecision.Ask)
        {
            LogNotAsked(reference, begun.Decision);
            return new CreateResult(begun.Decision == BeginDecision.OwnedByAnother ? null : begun.Row, begun.Decision)
            {
                LeaseLeft = begun.LeaseLeft(upgradeOptions.Value.Lease),
            };
        }

        // Not bound to the caller: who hangs up would otherwise leave a widget that nobody knows of.
        var started = clock.GetTimestamp();
        var (result, failure) = await AskAsync(request, begun.MayHaveArrived, asked);
        var happened = (result is not null ? FinnetAnswers.For(result.Outcome) : FinnetAnswers.For(failure!.Failure, begun.MayHaveArrived)).Event;
        var outcome = ToOutcome(reference, attemptId, phoneHash, happened, result, failure);
        var recorded = await writes.ExecuteAsync(reference, transaction => UpgradeStore.Record(transaction, outcome), persistent: true);
        LogAsked(reference, happened, outcome.ResponseCode ?? "none", recorded.Row.Status, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        return new CreateResult(recorded.Row, BeginDecision.Ask) { Event = happened, Held = recorded.Held, Failure = failure };
    }

    private async Task<(UpgradeWidgetResult? Result, FinnetException? Failure)> AskAsync(UpgradeWidgetRequest request, bool mayHaveArrived, DateTimeOffset leaseStart)
    {
        var answer = await AskOnceAsync(request);
        if (!mayHaveArrived || answer.Failure is not { Failure: FinnetFailure.DuplicateReference })
            return answer;

        // 4090001 after an attempt that may have arrived: the first answer may have been on its way; ask once more (api.md). A second call that could outlive
        // the lease would ask beside its successor, so it is left to the next one, which finds the record still in doubt.
        return clock.GetUtcNow() - leaseStart + finnetOptions.Value.TotalTimeout < upgradeOptions.Value.Lease
            ? await AskOnceAsync(request)
            : (null, new FinnetException(FinnetFailure.NoAnswer, "Finnet's answer came too late to ask once more."));
    }

    private async Task<(UpgradeWidgetResult? Result, FinnetException? Failure)> AskOnceAsync(UpgradeWidgetRequest request)
    {
        try
        {
            return (await finnet.RequestUpgradeWidgetAsync(request, CancellationToken.None), null);
        }
        catch (FinnetException exception)
        {
            return (null, exception);
        }
    }

    private RecordOutcome ToOutcome(string reference, string attemptId, KeyedHashes phoneHash, UpgradeEvent happened, UpgradeWidgetResult? result, FinnetException? failure)
    {
        var now = clock.GetUtcNow();
        var historyId = Guid.CreateVersion7(now).ToString();
        var code = result?.ResponseCode ?? failure?.ResponseCode;
        var message = result?.ResponseMessage ?? failure?.ResponseMessage ?? failure?.Message;
        return new RecordOutcome(
            reference,
            attemptId,
            happened,
            code?.ToString(),
            string.IsNullOrEmpty(message) ? null : cipher.Encrypt(message, UpgradeReader.MessageColumn, historyId),
            historyId,
            result?.WidgetUrl is { } url ? cipher.Encrypt(url.Reveal(), UpgradeReader.WidgetUrlColumn, reference) : null,
            result?.WidgetUrl is null ? null : result.ExpiryTime ?? now + upgradeOptions.Value.WidgetUrlLifetime,
            phoneHash,
            now);
    }

    private KeyedHashes Fingerprint(UpgradeWidgetRequest request) => lookup.ComputeAll("fingerprint", parts =>
    {
        parts.Add(request.PhoneNo.Reveal());
        parts.Add(request.RedirectFinalUrl);
        AddImage(request.Images?.Ktp);
        AddImage(request.Images?.Selfie);
        parts.Add(request.PersonalData?.KkNumber?.Reveal());
        parts.Add(request.PersonalData?.BiologicalMotherName?.Reveal());
        parts.Add(request.PersonalData?.Nationality?.ToWire());
        parts.Add(request.PersonalData?.Email?.Reveal());

        void AddImage(UpgradeImage? image)
        {
            parts.Add(image?.IsEditable switch { null => null, true => "editable", false => "read-only" });
            if (image is not null)
                parts.AddLarge(image.Base64.Reveal().Span);
        }
    });

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Upgrade {PartnerReferenceNo}: {Event}, code {ResponseCode}, now {Status}, Finnet took {ElapsedMs} ms")]
    private partial void LogAsked(string partnerReferenceNo, UpgradeEvent @event, string responseCode, string status, long elapsedMs);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Upgrade {PartnerReferenceNo}: Finnet not asked, {Decision}")]
    private partial void LogNotAsked(string partnerReferenceNo, BeginDecision decision);
}
