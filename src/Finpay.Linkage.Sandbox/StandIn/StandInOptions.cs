using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>Whom the stand-in plays Finnet for. The keys are the documentation's sample (contract, section 1).</summary>
internal sealed record StandInOptions(string DataFolder)
{
    public const string SampleKey = "1234567890123456";

    /// <summary>Where to listen; port 0 of an address (not of localhost) takes a free one.</summary>
    public string Url { get; init; } = "http://localhost:5090";

    public string MerchantId { get; init; } = "AGREE170724";

    public string MerchantPassword { get; init; } = "sandbox-password";

    public string EncryptionKey { get; init; } = SampleKey;

    public string EncryptionIv { get; init; } = SampleKey;

    /// <summary>The API's address, for the link on the index page.</summary>
    public string ApiUrl { get; init; } = "http://localhost:5080";

    /// <summary>Set to have SNAP B2B authentication verified; without it those headers are ignored.</summary>
    public SnapMerchant? Snap { get; init; }

    public Judge Judge() => new(MerchantId, MerchantPassword, new FieldDecryption(EncryptionKey, EncryptionIv));
}
