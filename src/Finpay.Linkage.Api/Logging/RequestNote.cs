namespace Finpay.Linkage.Api.Logging;

/// <summary>What an endpoint adds to the line that is logged for its request, and to a problem that the request ends in.</summary>
internal sealed class RequestNote
{
    /// <summary>The record that the request is about.</summary>
    public string? PartnerReferenceNo { get; set; }

    /// <summary>What happened: the end of a create, or the disposition of a notification.</summary>
    public string? Outcome { get; set; }

    /// <summary>Finnet's code, when Finnet was asked and gave one.</summary>
    public string? ResponseCode { get; set; }

    public static RequestNote Of(HttpContext context)
    {
        if (context.Features.Get<RequestNote>() is not { } note)
            context.Features.Set(note = new RequestNote());
        return note;
    }
}
