using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.StandIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Sandbox.Shop;

internal sealed record ChooseAnswer(string? Answer);

/// <summary>The endpoints that list what the API told the shop, send it again, and choose what the shop answers.</summary>
internal static class DeliveryControl
{
    public static void MapDeliveryControl(this RouteGroupBuilder group)
    {
        group.MapGet("/deliveries", ListAsync);
        group.MapPost("/deliveries/answer", Choose);
        group.MapPost("/deliveries/{id:guid}/redeliver", RedeliverAsync);
    }

    private static async Task<Ok<object>> ListAsync(ShopApi api, ShopEvents events)
    {
        var listed = await api.ListEventsAsync();
        var deliveries = listed.IsSuccess ? listed.Body["items"]!.AsArray() : [];
        foreach (var delivery in deliveries)
            delivery!["verified"] = events.HasVerified((string)delivery["eventId"]!);

        return TypedResults.Ok<object>(new { events.Answer, ShopEvents.Answers, deliveries });
    }

    private static Results<NoContent, BadRequest<ControlError>> Choose(ChooseAnswer wish, ShopEvents events)
    {
        if (wish.Answer is not { } answer || !ShopEvents.Answers.Contains(answer, StringComparer.Ordinal))
            return TypedResults.BadRequest(new ControlError($"The shop can't answer '{wish.Answer}'.", ShopEvents.Answers));

        events.Answer = answer;
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<JsonObject>, NotFound<ControlError>, Conflict<ControlError>>> RedeliverAsync(Guid id, ShopApi api)
    {
        var answer = await api.RedeliverAsync(id);
        return answer.IsSuccess ? TypedResults.Ok(answer.Body)
            : answer.Status == StatusCodes.Status404NotFound ? TypedResults.NotFound(new ControlError($"There is no delivery '{id}'."))
            : TypedResults.Conflict(new ControlError($"The API does not send it again: {answer.Problem}."));
    }
}
