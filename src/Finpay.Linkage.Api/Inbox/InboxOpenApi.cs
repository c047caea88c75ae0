using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>What the OpenAPI document says about the routes of the inbox.</summary>
internal static class InboxOpenApi
{
    public static RouteHandlerBuilder DescribeNotificationList(this RouteHandlerBuilder endpoint) => endpoint
        .WithParameter("disposition", "Only this disposition: applied, duplicate, orphan, contradiction, unknownOutcome, invalid.")
        .WithParameter("partnerReferenceNo", "Only this reference.")
        .DescribeList("listKycNotifications", "notification-page");

    public static RouteHandlerBuilder DescribeNotification(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getKycNotification")
        .WithParameter("id", "The id of the notification.")
        .WithExample("200", "notification", "One notification", "notification")
        .WithText("200", "The notification, with rawBase64: the body as it was received.")
        .DescribeProblems(EndpointProblems.OpsOnly, ProblemKind.NotFound);
}
