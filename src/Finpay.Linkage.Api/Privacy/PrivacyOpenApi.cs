using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What the OpenAPI document says about redaction.</summary>
internal static class PrivacyOpenApi
{
    public static RouteHandlerBuilder DescribeRedact(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("redactAccountUpgrade")
        .WithDescription(
            "Removes phone number, widget URL, messages, raw notifications and every keyed hash; references, states and times stay. For "
            + "good: only a backup still has them. "
            + "Safe to repeat. A notification that comes later counts, and is kept without its content.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade.")
        .WithExample("200", "receipt", "The receipt", "redaction")
        .WithText("200", "It is redacted, now or since an earlier call.")
        .DescribeProblems(EndpointProblems.OpsOnly, ProblemKind.NotFound);
}
