namespace Finpay.Linkage.Api.Http;

/// <summary>
/// The kinds of problem: the one source of what docs/api.md and the OpenAPI document say about them. Type and status are stable; clients
/// may rely on them.
/// </summary>
internal sealed record ProblemKind(string Slug, int Status, string Title, string Cause, string Advice)
{
    public const string TypePrefix = "urn:finpay-linkage:problem:";

    public static readonly ProblemKind MalformedRequest = new(
        "malformed-request", 400, "The request body can't be read",
        "The body is empty, not UTF-8 or not JSON, or a member has the wrong JSON type or is there twice.",
        "Correct the body, errors names the place; nothing was stored or sent.");

    public static readonly ProblemKind InvalidFields = new(
        "invalid-fields", 400, "Fields are missing or wrong", "A field or a query parameter is missing or has a value that is not allowed.",
        "Correct every field that errors names; nothing was stored or sent.");

    public static readonly ProblemKind Unauthorized = new(
        "unauthorized", 401, "No valid API key", "The header X-Api-Key is missing or holds no known key.",
        "Send a known key in the header X-Api-Key.");

    public static readonly ProblemKind Forbidden = new(
        "forbidden", 403, "The API key's role does not allow this", "This route is for keys with the role ops.",
        "Use a key with the role ops.");

    public static readonly ProblemKind NotFound = new(
        "not-found", 404, "Not found", "There is nothing at this address, or nothing that this key may see.",
        "Check path and reference; a record is there only for the key name that created it, and for ops.");

    public static readonly ProblemKind MethodNotAllowed = new(
        "method-not-allowed", 405, "Method not allowed", "The path does not take this HTTP method.",
        "Use a method that the response header Allow names.");

    public static readonly ProblemKind RequestTimeout = new(
        "request-timeout", 408, "The request body came too slowly", "The request body did not arrive whole, or not fast enough.",
        "Repeat the call; nothing was stored or sent.");

    public static readonly ProblemKind ReferenceTaken = new(
        "reference-taken", 409, "The reference is not available", "A record of another key name has this reference.",
        "Use a new reference.");

    public static readonly ProblemKind ReferenceReused = new(
        "reference-reused", 409, "The reference was used with other content", "An earlier call had the same reference and other content.",
        "Repeat the call with exactly the first content, or use a new reference.");

    public static readonly ProblemKind ReferenceRedacted = new(
        "reference-redacted", 409, "The reference was redacted", "The record of this reference was redacted.", "Use a new reference.");

    public static readonly ProblemKind InProgress = new(
        "request-in-progress", 409, "Another call with this reference is running", "Another call holds the record until its lease ends.",
        "Repeat the call after Retry-After.");

    public static readonly ProblemKind DuplicateReference = new(
        "duplicate-reference", 409, "Finnet knows this reference already",
        "Finnet answered 4090001: the reference was used before, perhaps by an earlier attempt of this call.",
        "Start again with a new reference; a notification for this one still counts.");

    public static readonly ProblemKind TooLarge = new(
        "request-too-large", 413, "The request body is too large",
        "The body is longer than the route takes; on create that follows from Images:MaxBytes.",
        "Send smaller images; nothing was stored or sent.");

    public static readonly ProblemKind UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The request body is not JSON", "The header Content-Type is missing or does not name JSON.",
        "Send Content-Type: application/json.");

    public static readonly ProblemKind TooManyRequests = new(
        "too-many-requests", 429, "Too many requests", "The keys of this name make more requests than RateLimits:RequestsPerSecond allows.",
        "Repeat the call after Retry-After; nothing was stored or sent.");

    public static readonly ProblemKind HeadersTooLarge = new(
        "request-headers-too-large", 431, "The request's headers are too large", "Headers or trailers are longer than the server takes.",
        "Send fewer or shorter headers; nothing was stored or sent.");

    public static readonly ProblemKind Internal = new(
        "internal-error", 500, "The service failed", "The service has an error.",
        "Search the logs for traceId. With a reference of your own the call is safe to repeat.");

    public static readonly ProblemKind FinnetRefused = new(
        "finnet-refused", 502, "Finnet refused the request", "Finnet answered with a 4xx code: a definite no.",
        "See finnet.responseCode and finnet.explanation, correct the cause, and repeat the call; other content needs a new reference.");

    public static readonly ProblemKind FinnetUnclear = new(
        "finnet-unclear", 502, "Finnet's answer can't be relied on",
        "Finnet answered with a 5xx code or with nothing usable, and may have taken the request: the record is inDoubt.",
        "Repeat the call with the same reference and content: that asks Finnet again and settles it.");

    public static readonly ProblemKind FinnetUnavailable = new(
        "finnet-unavailable", 503, "Finnet can't be reached or is busy",
        "Finnet can't be reached or is busy, and has not processed this call.",
        "Repeat the call after Retry-After, with the same reference.");

    public static readonly ProblemKind StoreUnavailable = new(
        "store-unavailable", 503, "The service can't store anything at the moment", "The database is gone, or too many writes wait for it.",
        "Repeat the call after Retry-After, with the same reference.");

    public static readonly ProblemKind TooManyImages = new(
        "too-many-images", 503, "Too many images at the same time",
        "The image requests in progress use all of Images:MaxBytesInFlight; this one was not read.",
        "Repeat the call after Retry-After; nothing was stored or sent.");

    public static readonly ProblemKind FinnetTimeout = new(
        "finnet-timeout", 504, "Finnet gave no complete answer",
        "Finnet's answer did not come in time or broke off, and it may have taken the request: the record is inDoubt.",
        "Repeat the call with the same reference and content: that asks Finnet again and settles it.");

    /// <summary>All of them, by status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        MalformedRequest, InvalidFields, Unauthorized, Forbidden, NotFound, MethodNotAllowed, RequestTimeout, ReferenceTaken,
        ReferenceReused,
        ReferenceRedacted, InProgress, DuplicateReference, TooLarge, UnsupportedMediaType, TooManyRequests, HeadersTooLarge, Internal,
        FinnetRefused,
        FinnetUnclear, FinnetUnavailable, StoreUnavailable, TooManyImages, FinnetTimeout,
    ];

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
}
