using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;

namespace Finpay.Linkage.Api.Events;

/// <summary>What the OpenAPI document says about events.</summary>
internal static class EventsOpenApi
{
    private const string Id = "The id of the delivery.";

    public static RouteHandlerBuilder DescribeEventList(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("List events and their deliveries, newest first (ops)")
        .WithParameter("state", "Only this state: pending, delivered, dead.")
        .WithParameter("type", $"Only this type: {string.Join(", ", EventTypes.All)}.")
        .WithParameter("endpoint", "Only the endpoint of this name.")
        .WithParameter("partnerReferenceNo", "Only this reference.")
        .WithParameter("merchant", CallerMerchants.FilterText)
        .DescribeList("listEvents", "event-page");

    public static RouteHandlerBuilder DescribeEvent(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Read one delivery with its attempts (ops)")
        .WithName("getEvent")
        .WithParameter("id", Id)
        .WithExample("200", "event", "One delivery", "event")
        .WithText("200", "The delivery, with its attempts and the body as it would be sent now.")
        .DescribeProblems(ProblemKind.Forbidden, ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeRedelivery(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Send one event again (ops)")
        .WithName("redeliverEvent")
        .WithDescription(
            "Makes it pending again, from the start of the schedule, with the same webhook-id; a delivered one too. It does not hold up "
            + "later events.")
        .WithParameter("id", Id)
        .WithExample("202", "event", "The delivery after it", "event")
        .WithText("202", "It is pending.")
        .DescribeProblems(ProblemKind.Forbidden, ProblemKind.NotFound, ProblemKind.EndpointUnknown);

    public static RouteHandlerBuilder DescribeRedeliveries(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Send many events again (ops)")
        .WithName("redeliverEvents")
        .WithDescription("The same for all deliveries to one endpoint in one state. With dryRun it only counts them.")
        .WithBody<RedeliverRequest>()
        .WithExample(null, "dead", "Count what is dead since a time", "redeliver")
        .WithExample("200", "count", "So many", "redelivery-count")
        .WithText("200", "How many are pending again, or would be.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden, ProblemKind.EndpointUnknown);

    public static RouteHandlerBuilder DescribeTest(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Send a test message (ops)")
        .WithName("testEvent")
        .WithDescription("Sends `linkage.test` at once, signed like all messages, and stores nothing.")
        .WithBody<TestRequest>()
        .WithExample(null, "test", "Ask the endpoint shop", "event-test")
        .WithExample("200", "result", "What came back", "event-test-result")
        .WithText("200", "What came back: status, or error when there was no answer; milliseconds.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden, ProblemKind.EndpointUnknown);
}
