using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.OpenApi;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>What the OpenAPI document says about the callback.</summary>
internal static class CallbacksOpenApi
{
    public static RouteHandlerBuilder DescribeCallback(this RouteHandlerBuilder endpoint, string name) => endpoint
        .WithName(name)
        .WithDescription(
            "Authenticates, stores and applies. 200 means: committed to disk, once, however often it is sent. 500 means: send it again.")
        .WithParameter("token", "One of Notifications:PathTokens.")
        .WithBody<KycNotificationBody>()
        .WithExample(null, "sample", "Finnet's sample, letter for letter (kysMessage)", "callback-sample")
        .WithExample(null, "table", "Ours, after Finnet's table (kycMessage)", "callback-table")
        .Reply("Committed.", CallbackReply.Taken)
        .Reply(
            "Not a notification. When authentic, it is kept as invalid.", CallbackReply.BadRequest,
            CallbackReply.InvalidFieldFormat("phoneNo"), CallbackReply.InvalidMandatoryField("kycResponse"))
        .Reply("Not authentic; nothing is stored.", CallbackReply.Unauthorized)
        .Reply("merchantId is not ours.", CallbackReply.InvalidMerchant)
        .Reply("Another method than POST.", CallbackReply.MethodNotAllowed)
        .Reply("The body came too slowly.", CallbackReply.RequestTimeout)
        .Reply("The body is longer than Notifications:MaxBodyBytes.", CallbackReply.TooLarge)
        .Reply("A form, multipart or XML.", CallbackReply.UnsupportedMediaType)
        .Reply(
            "Not authentic, too many from one address; an authentic callback is never limited. With Retry-After.",
            CallbackReply.TooManyRequests)
        .Reply("Headers or trailers are longer than the server takes.", CallbackReply.HeadersTooLarge)
        .Reply("It could not be committed: send it again.", CallbackReply.GeneralError);

    private static RouteHandlerBuilder Reply(
        this RouteHandlerBuilder endpoint, string description, params ReadOnlySpan<CallbackReply> replies)
    {
        var status = replies[0].ResponseCode[..3];
        endpoint.Produces<CallbackReply>(int.Parse(status, CultureInfo.InvariantCulture), "application/json");
        foreach (var reply in replies)
        {
            var json = JsonSerializer.Serialize(reply, CallbacksJson.Shared.CallbackReply);
            endpoint.WithJsonExample(status, reply.ResponseCode, reply.ResponseMessage, json);
        }

        return endpoint.WithText(status, description);
    }
}

/// <summary>The notification as in Finnet's table; the reader accepts more (docs/finnet-contract.md, section 4).</summary>
public sealed class KycNotificationBody
{
    /// <summary>KYC Approved or KYC Rejected.</summary>
    [MinLength(1)]
    public required string KycResponse { get; init; }

    /// <summary>The reason.</summary>
    public string? KycMessage { get; init; }

    /// <summary>The reason as Finnet's sample spells it; the one that is not empty is taken.</summary>
    public string? KysMessage { get; init; }

    /// <summary>The reference of the upgrade.</summary>
    [StringLength(KycNotification.MaxReferenceLength, MinimumLength = 1)]
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The customer's number.</summary>
    public string? PhoneNo { get; init; }

    /// <summary>The merchant.</summary>
    [MinLength(1)]
    public required string MerchantId { get; init; }
}
