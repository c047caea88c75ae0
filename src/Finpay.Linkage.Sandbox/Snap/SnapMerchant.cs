namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>What Finnet knows of a merchant that authenticates by SNAP B2B (contract, section 3).</summary>
/// <param name="ClientId">Issued by Finnet.</param>
/// <param name="ClientSecret">Issued by Finnet; signs requests.</param>
/// <param name="PublicKey">The merchant's own, as PEM; its private half signs for tokens and never leaves the merchant.</param>
internal sealed record SnapMerchant(string ClientId, string ClientSecret, string PublicKey)
{
    public string PartnerId { get; init; } = "sandbox-partner";

    public string ChannelId { get; init; } = "95221";

    public string Origin { get; init; } = "shop.example";
}
