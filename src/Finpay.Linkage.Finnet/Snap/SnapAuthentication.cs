using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet;

/// <summary>The SNAP headers (docs/finnet-contract.md). Each attempt has its own time, external id and signature.</summary>
internal static class SnapAuthentication
{
    /// <summary>Signs <paramref name="request"/>, whose URL must be absolute, for exactly the bytes that are sent.</summary>
    public static void Sign(HttpRequestMessage request, OutgoingBody body, AccessToken token, SnapOptions snap, DateTimeOffset now)
    {
        var timestamp = FinnetTime.WriteTimestamp(now);
        var toSign = SnapSigner.StringToSign(
            request.Method.Method, request.RequestUri!.PathAndQuery, token.Value.Reveal(), body.Sha256(), timestamp);
        var headers = request.Headers;
        headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Reveal());
        headers.Add("X-TIMESTAMP", timestamp);
        headers.Add("X-SIGNATURE", SnapSigner.Sign(snap.ClientSecret!, toSign));
        headers.Add("ORIGIN", snap.Origin);
        headers.Add("X-EXTERNAL-ID", MakeExternalId(now));
        headers.Add("X-PARTNER-ID", snap.PartnerId);
        headers.Add("CHANNEL-ID", snap.ChannelId);
    }

    /// <summary>
    /// Digits only, at most 32, unique per Jakarta day: the day and 24 random digits, so that instances need not share a counter.
    /// Among ten million ids of one day, two are equal with a chance of 1 in 20 thousand million.
    /// </summary>
    internal static string MakeExternalId(DateTimeOffset now) =>
        now.ToOffset(FinnetTime.WibOffset).ToString("yyyyMMdd", CultureInfo.InvariantCulture)
        + RandomNumberGenerator.GetString("0123456789", 24);
}
