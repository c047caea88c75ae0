namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>What Finnet knows about a merchant that uses SNAP B2B (contract, section 3).</summary>
/// <param name="ClientId">Issued by Finnet.</param>
/// <param name="ClientSecret">Issued by Finnet; signs requests.</param>
/// <param name="PublicKey">The merchant's public key, as PEM. The private key signs token requests and never leaves the merchant.</param>
internal sealed record SnapMerchant(string ClientId, string ClientSecret, string PublicKey)
{
    public string PartnerId { get; init; } = "sandbox-partner";

    public string ChannelId { get; init; } = "95221";

    public string Origin { get; init; } = "shop.example";
}
