using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The merchant's side: create an upgrade, read one.</summary>
internal static class UpgradeEndpoints
{
    // About what a request with images takes.
    private static readonly TimeSpan RetryAfterImages = TimeSpan.FromSeconds(1);

    public static void MapUpgrades(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/account-upgrades").WithTags("Account upgrades");
        group.MapPost("", CreateAsync).RequireAuthorization(ApiKeys.CallerPolicy)
            .WithSummary("Ask Finnet for an upgrade widget").DescribeCreate();
        group.MapGet("/{partnerReferenceNo}", ReadAsync).RequireAuthorization(ApiKeys.CallerPolicy)
            .WithSummary("Read one upgrade with its history").DescribeRead();
        group.MapUpgradeLists();
    }

    private static async Task<Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult>> CreateAsync(
        HttpContext context, UpgradeService service, UpgradeReader reader, CreateUpgradeValidator validator, ImageAdmission admission, IOptions<ImageOptions> limits)
    {
        using var place = admission.TryEnter(context.Request.ContentLength);
        if (place is null)
            return new ProblemResult(ProblemKind.TooManyImages.Build("Nothing was read, stored or sent."), RetryAfterImages);
        var (body, problem) = await JsonBody.ReadAsync(context.Request, ApiJson.Shared.CreateUpgradeRequest, limits.Value.MaxRequestBytes);
        if (body is null)
            return problem!;
        using var images = body;
        if (Invalid(validator, body) is { } invalid)
            return invalid;

        var reference = body.PartnerReferenceNo ?? service.MakeReference();
        FailureMiddleware.Concerns(context, reference);
        var result = await service.CreateAsync(reference, body, context.User.KeyName());
        if (result.Decision is BeginDecision.Replay or BeginDecision.ReplayDuplicate)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        return CreateAnswer.For(result, reference, reader.ToView);
    }

    private static async Task<Results<Ok<UpgradeView>, ProblemResult>> ReadAsync(string partnerReferenceNo, HttpContext context, UpgradeReader reader, AuditTrail audit)
    {
        var owner = context.User.ReadableOwner();
        if (await reader.FindAsync(partnerReferenceNo, owner, context.RequestAborted) is { } view)
        {
            if (owner is null)
                audit.NoteRead(context.User.KeyName(), AuditAction.ReadUpgrade, partnerReferenceNo);
            return TypedResults.Ok(view);
        }

        return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade that this key may see."));
    }

    private static ProblemResult? Invalid(CreateUpgradeValidator validator, CreateUpgradeRequest body)
    {
        var result = validator.Validate(body);
        if (result.IsValid)
            return null;
        var errors = result.Errors
            .GroupBy(error => FieldPath(error.PropertyName), StringComparer.Ordinal)
            .ToDictionary(field => field.Key, IReadOnlyList<string> (field) => [.. field.Select(error => error.ErrorMessage)], StringComparer.Ordinal);
        var reference = body.PartnerReferenceNo is { } text && CreateUpgradeValidator.IsReference(text) ? text : null;
        return ProblemResult.InvalidFields(errors, reference);
    }

    // «PersonalData.KkNumber» is the property, «personalData.kkNumber» is Finnet's name.
    private static string FieldPath(string propertyPath) =>
        string.Join('.', propertyPath.Split('.').Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName));
}
