using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>Verifies the headers of a request (contract, section 3). It shares no code with the product's signer.</summary>
internal sealed class SnapJudge(SnapMerchant merchant, SnapTokens tokens, ExternalIds externalIds, SandboxClock clock)
{
    public IReadOnlyList<Problem> Examine(HttpRequest request, byte[] body)
    {
        var headers = new SnapHeaders(request.Headers, Problem.Widget);
        var token = Bearer.TokenOf(headers.Read("Authorization", SnapFormats.Authorization));
        var timestamp = headers.Read("X-TIMESTAMP", SnapTime.Format);
        var signature = headers.Read("X-SIGNATURE", SnapFormats.Base64);
        var origin = headers.Read("ORIGIN", SnapFormats.Domain);
        var externalId = headers.Read("X-EXTERNAL-ID", SnapFormats.ExternalId);
        var partner = headers.Read("X-PARTNER-ID", SnapFormats.PartnerId);
        var channel = headers.Read("CHANNEL-ID", SnapFormats.ChannelId);

        if (token is not null && tokens.Refusal(token) is { } refusal)
            headers.Add(new Problem("Authorization", refusal, "4010001", "Invalid Token (B2B)"));

        if (timestamp is not null)
            headers.Refuse("X-TIMESTAMP", SnapTime.Staleness(timestamp, clock.Inner.GetUtcNow()));

        if (token is not null && timestamp is not null && signature is not null)
            headers.Refuse("X-SIGNATURE", Forgery(signature, request, token, body, timestamp), "signature");

        headers.Compare("ORIGIN", origin, merchant.Origin);
        headers.Compare("X-PARTNER-ID", partner, merchant.PartnerId);
        headers.Compare("CHANNEL-ID", channel, merchant.ChannelId);

        // Last, and only for an authenticated request, so that nobody else can use up an id.
        if (headers.Problems.Count == 0 && !externalIds.TryUse(externalId!))
            headers.Add(new Problem("X-EXTERNAL-ID", "was used before on this day (Jakarta)", "4090000", "Conflict"));

        return headers.Problems;
    }

    private string? Forgery(string signature, HttpRequest request, string token, byte[] body, string timestamp)
    {
        // The unchanged request target, with its escapes, is what was signed.
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var mac = HMACSHA512.HashData(
            Encoding.UTF8.GetBytes(merchant.ClientSecret), Encoding.UTF8.GetBytes($"POST:{target}:{token}:{hash}:{timestamp}"));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Convert.ToBase64String(mac)), Encoding.UTF8.GetBytes(signature))
            ? null
            : $"is not the client secret's HMAC-SHA512, in Base64, over POST:{target}:{Fingerprint.Of(token)}:{hash}:{timestamp}";
    }
}
