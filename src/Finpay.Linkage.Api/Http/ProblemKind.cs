using System.Text.Json;

namespace Finpay.Linkage.Api.Http;

/// <summary>The kinds of problem. Slug and status are stable: clients may rely on them. The texts are in ProblemKinds.json.</summary>
internal sealed record ProblemKind(string Slug, int Status, string Title, string Cause, string Advice)
{
    public const string TypePrefix = "urn:finpay-linkage:problem:";

    /// <summary>All of them, by status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
        JsonSerializer.Deserialize(Embedded.Text("ProblemKinds.json"), HttpJson.Shared.ProblemKindArray)!;

    public static readonly ProblemKind MalformedRequest = Of("malformed-request");
    public static readonly ProblemKind InvalidFields = Of("invalid-fields");
    public static readonly ProblemKind Unauthorized = Of("unauthorized");
    public static readonly ProblemKind BrowserToken = Of("browser-token");
    public static readonly ProblemKind Forbidden = Of("forbidden");
    public static readonly ProblemKind NotFound = Of("not-found");
    public static readonly ProblemKind MethodNotAllowed = Of("method-not-allowed");
    public static readonly ProblemKind RequestTimeout = Of("request-timeout");
    public static readonly ProblemKind ReferenceTaken = Of("reference-taken");
    public static readonly ProblemKind ReferenceReused = Of("reference-reused");
    public static readonly ProblemKind ReferenceRedacted = Of("reference-redacted");
    public static readonly ProblemKind NotificationConflict = Of("notification-conflict");
    public static readonly ProblemKind EndpointUnknown = Of("endpoint-unknown");
    public static readonly ProblemKind NotAskable = Of("not-askable");
    public static readonly ProblemKind InProgress = Of("request-in-progress");
    public static readonly ProblemKind DuplicateReference = Of("duplicate-reference");
    public static readonly ProblemKind TooLarge = Of("request-too-large");
    public static readonly ProblemKind UnsupportedMediaType = Of("unsupported-media-type");
    public static readonly ProblemKind TooManyRequests = Of("too-many-requests");
    public static readonly ProblemKind HeadersTooLarge = Of("request-headers-too-large");
    public static readonly ProblemKind Internal = Of("internal-error");
    public static readonly ProblemKind FinnetRefused = Of("finnet-refused");
    public static readonly ProblemKind FinnetCredentials = Of("finnet-credentials");
    public static readonly ProblemKind FinnetUnclear = Of("finnet-unclear");
    public static readonly ProblemKind FinnetUnavailable = Of("finnet-unavailable");
    public static readonly ProblemKind StoreUnavailable = Of("store-unavailable");
    public static readonly ProblemKind TooManyImages = Of("too-many-images");
    public static readonly ProblemKind TooManyStreams = Of("too-many-streams");
    public static readonly ProblemKind FinnetTimeout = Of("finnet-timeout");

    public string Type => TypePrefix + Slug;

    /// <summary>The kind that fits a bare HTTP status.</summary>
    public static ProblemKind ForStatus(int status) => status switch
    {
        400 => MalformedRequest,
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        429 => TooManyRequests,
        431 => HeadersTooLarge,
        503 => StoreUnavailable,
        >= 400 and < 500 => MalformedRequest with { Status = status },
        _ => Internal with { Status = status },
    };

    public LinkageProblem Build(string detail) => new() { Type = Type, Title = Title, Status = Status, Detail = detail };

    private static ProblemKind Of(string slug) => All.Single(kind => kind.Slug == slug);
}
