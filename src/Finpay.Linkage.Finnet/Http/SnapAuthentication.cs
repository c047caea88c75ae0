using System.Net.Http.Headers;
using Finpay.Linkage.Finnet.Security;
using Finpay.Linkage.Finnet.Wire;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>The SNAP headers of one attempt (contract section 3): time, external id and signature are its own.</summary>
internal sealed class SnapAuthentication(AccessTokenSource tokens, IOptions<FinnetOptions> options, TimeProvider clock)
{
    /// <summary>Signs <paramref name="request"/>, whose URL must be absolute, for the very bytes that are sent.</summary>
    /// <returns>The token that it used.</returns>
    /// <exception cref="FinnetException">There is no token.</exception>
    public async Task<AccessToken> SignAsync(HttpRequestMessage request, OutgoingBody body, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        var snap = options.Value.Snap;
        var now = clock.GetUtcNow();
        var timestamp = FinnetTime.WriteTimestamp(now);
        var toSign = SnapSigner.StringToSign(request.Method.Method, request.RequestUri!.PathAndQuery, token.Value.Reveal(), body.Sha256(), timestamp);
        var headers = request.Headers;
        headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Reveal());
        headers.Add("X-TIMESTAMP", timestamp);
        headers.Add("X-SIGNATURE", SnapSigner.Sign(snap.ClientSecret!, toSign));
        headers.Add("ORIGIN", snap.Origin);
        headers.Add("X-EXTERNAL-ID", ExternalId.Make(now));
        headers.Add("X-PARTNER-ID", snap.PartnerId);
        headers.Add("CHANNEL-ID", snap.ChannelId);
        return token;
    }

    /// <summary>Finnet refused it.</summary>
    public void Drop(AccessToken token) => tokens.Drop(token);
}
