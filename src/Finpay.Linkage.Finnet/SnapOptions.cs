namespace Finpay.Linkage.Finnet;

/// <summary>What the SNAP B2B headers need; configuration section <c>Finnet:Snap</c>, read with <see cref="FinnetAuthentication.SnapB2B"/> only.</summary>
/// <remarks>Source: Finpay, API authorization; BI-SNAP.</remarks>
public sealed class SnapOptions
{
    /// <summary>Issued by Finnet: X-CLIENT-KEY of the token request, 1 to 128 visible ASCII characters.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Issued by Finnet: the HMAC key of every request's signature.</summary>
    public Secret? ClientSecret { get; set; }

    /// <summary>File of the merchant's RSA private key, PEM without a password, 2048 bits or more. Finnet has its public half.</summary>
    public string PrivateKeyPath { get; set; } = "";

    /// <summary>X-PARTNER-ID, 1 to 36 visible ASCII characters.</summary>
    public string PartnerId { get; set; } = "";

    /// <summary>CHANNEL-ID, given by Finnet: 5 visible ASCII characters.</summary>
    public string ChannelId { get; set; } = "";

    /// <summary>ORIGIN: the merchant's domain.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Path of the token service.</summary>
    public string TokenPath { get; set; } = "/v1.0/access-token/b2b";
}
