using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>What an endpoint of /v1 does that problems can come of.</summary>
[Flags]
internal enum EndpointProblems
{
    None = 0,

    /// <summary>It reads a JSON body.</summary>
    Body = 1,

    /// <summary>It checks fields or query parameters.</summary>
    Fields = 2,

    /// <summary>It is for keys with the role ops.</summary>
    OpsOnly = 4,
}

/// <summary>Declares the problems of an endpoint in the OpenAPI document: every kind with its cause, what to do, and an example.</summary>
internal static class ProblemDescriptions
{
    private const string ProblemJson = "application/problem+json";

    // Whatever a route of /v1 does, these can come. 405 belongs to the path, not to one method; the document has no other place for it.
    private static readonly ProblemKind[] OfEvery = [ProblemKind.Unauthorized, ProblemKind.MethodNotAllowed, ProblemKind.TooManyRequests, ProblemKind.Internal, ProblemKind.StoreUnavailable];

    // 408 and 431 (trailers of a chunked body) are found while a body is read; before that the server itself answers.
    private static readonly ProblemKind[] OfBody =
        [ProblemKind.MalformedRequest, ProblemKind.RequestTimeout, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.HeadersTooLarge];

    public static RouteHandlerBuilder DescribeProblems(this RouteHandlerBuilder endpoint, EndpointProblems does, params ProblemKind[] own)
    {
        var kinds = OfEvery.Concat(own)
            .Concat(does.HasFlag(EndpointProblems.Body) ? OfBody : [])
            .Concat(does.HasFlag(EndpointProblems.Fields) ? [ProblemKind.InvalidFields] : [])
            .Concat(does.HasFlag(EndpointProblems.OpsOnly) ? [ProblemKind.Forbidden] : [])
            .OrderBy(kind => ProblemKind.All.ToList().IndexOf(kind));
        foreach (var ofStatus in kinds.GroupBy(kind => kind.Status))
        {
            var status = ofStatus.Key.ToString(CultureInfo.InvariantCulture);
            endpoint.Produces<LinkageProblem>(ofStatus.Key, ProblemJson);
            foreach (var kind in ofStatus)
                endpoint.WithExample(status, kind.Slug, kind.Title, Example(kind));
            endpoint.WithText(status, string.Join("\n", ofStatus.Select(Describe)));
        }

        return endpoint;
    }

    public static string Describe(ProblemKind kind) => $"- **{kind.Title}** – {kind.Cause.TrimEnd('.')} – {kind.Advice}";

    private static string Example(ProblemKind kind)
    {
        var problem = kind.Build($"{kind.Cause} {kind.Advice}") with { TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" };
        if (kind == ProblemKind.InvalidFields)
        {
            problem = problem with
            {
                Errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["personalData.kkNumber"] = ["must be 16 digits"], ["images.ktp.isEditable"] = ["is required: true or false"] },
            };
        }

        if (kind == ProblemKind.FinnetRefused)
            problem = problem with { PartnerReferenceNo = OpenApiExamples.Reference, Finnet = new FinnetWords("4010000", "Unauthorized. [reason]") };
        if (kind == ProblemKind.FinnetUnclear)
            problem = problem with { PartnerReferenceNo = OpenApiExamples.Reference, Finnet = new FinnetWords("5000000", "General Error") };
        if (kind == ProblemKind.DuplicateReference)
            problem = problem with { PartnerReferenceNo = OpenApiExamples.Reference, Finnet = new FinnetWords(ResponseCode.DuplicateReference.ToString(), "Duplicate partnerReferenceNo") };
        return JsonSerializer.Serialize(problem, ApiJson.Shared.LinkageProblem);
    }
}
