using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>POST /v1/account-upgrades: read and validate the body, run the use case, answer.</summary>
internal static class CreateEndpoint
{
    private const string NoPassword = "must not be sent: the service has the password in its settings and encrypts it";

    private const string OtherMerchant = "is not the merchantId of this key, which comes from the service's settings; leave it out";

    private const string NoMerchant = "This key is for all merchants, and none is the default: use a key of one.";

    // About as long as a request with images takes.
    private static readonly TimeSpan RetryAfterImages = TimeSpan.FromSeconds(1);

    public static async Task<Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult>> CreateAsync(
        HttpContext context, [AsParameters] Services services)
    {
        if (services.Merchants.Of(context.User) is not { } merchant)
            return new ProblemResult(ProblemKind.Forbidden.Build(NoMerchant));
        using var place = services.Admission.TryEnter(context.Request.ContentLength, context.User.KeyName());
        if (place is null)
            return new ProblemResult(ProblemKind.TooManyImages.Build("Nothing was read, stored or sent."), RetryAfterImages);
        var maxBytes = services.Images.Value.MaxRequestBytes;
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, UpgradesJson.Shared.CreateUpgradeRequest, maxBytes);
        if (body is null)
            return problem!;
        body.FindImages(json);
        if (Invalid(services.Validator, body, json.Span, merchant) is { } invalid)
            return invalid;

        var note = RequestNote.Of(context);
        note.PartnerReferenceNo = body.PartnerReferenceNo ?? MakeReference(services.Clock.GetUtcNow());
        var attempt = await services.Upgrades.CreateAsync(body.ToFinnet(note.PartnerReferenceNo), context.User.KeyName(), merchant);
        return Answer(context, attempt, services.Reader);
    }

    /// <summary>Of this call, or of one that asks again.</summary>
    public static Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult> Answer(
        HttpContext context, Attempt attempt, UpgradeReader reader)
    {
        var note = RequestNote.Of(context);
        note.Outcome = attempt.Outcome;
        note.ResponseCode = attempt.Answer?.ResponseCode?.ToString();
        if (attempt.State is AttemptState.Replay or AttemptState.ReplayDuplicate)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        return CreateAnswer.For(attempt, (row, justSent) => reader.ToView(row, justSent, attempt.Now), context.Request.PathBase);
    }

    /// <summary>Jakarta time and 128 random bits: 17 + 39 digits, within Finnet's 64.</summary>
    public static string MakeReference(DateTimeOffset now)
    {
        var random = new BigInteger(RandomNumberGenerator.GetBytes(16), isUnsigned: true);
        return now.ToOffset(TimeSpan.FromHours(7)).ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)
            + random.ToString("D39", CultureInfo.InvariantCulture);
    }

    private static ProblemResult? Invalid(
        CreateUpgradeValidator validator, CreateUpgradeRequest body, ReadOnlySpan<byte> json, Merchant merchant)
    {
        var result = validator.Validate(body);
        if (body.MerchantId is not null && body.MerchantId != merchant.Id)
            result.Errors.Add(new(nameof(body.MerchantId), OtherMerchant));
        var unknown = JsonBody.UnknownMembers(json, UpgradesJson.Shared.CreateUpgradeRequest);
        if (result.IsValid && unknown.Count == 0)
            return null;
        var errors = result.ToDictionary().ToDictionary(
            field => FieldPath(field.Key), IReadOnlyList<string> (field) => field.Value, StringComparer.Ordinal);
        foreach (var name in unknown)
        {
            var message = name.Equals("merchantPass", StringComparison.OrdinalIgnoreCase) ? NoPassword : JsonBody.NotKnown;
            errors[name] = [.. errors.GetValueOrDefault(name, []), message];
        }

        var reference = body.PartnerReferenceNo is { } text && CreateUpgradeValidator.IsReference(text) ? text : null;
        return ProblemResult.InvalidFields(errors, reference);
    }

    // The property is «PersonalData.KkNumber», Finnet's name is «personalData.kkNumber».
    private static string FieldPath(string propertyPath) =>
        string.Join('.', propertyPath.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    internal sealed record Services(
        ImageAdmission Admission, IOptions<ImageOptions> Images, CreateUpgradeValidator Validator, UpgradeService Upgrades,
        UpgradeReader Reader, MerchantRing Merchants, TimeProvider Clock);
}
