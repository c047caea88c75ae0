using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>The merchant that the stand-in knows. The keys are the documentation's sample (contract, section 1).</summary>
internal sealed record StandInOptions(string DataFolder)
{
    public const string SampleKey = "1234567890123456";

    /// <summary>Where to listen; port 0 takes a free port (with an IP address, not with localhost).</summary>
    public string Url { get; init; } = "http://localhost:5090";

    public string MerchantId { get; init; } = "AGREE170724";

    public string MerchantPassword { get; init; } = "sandbox-password";

    public string EncryptionKey { get; init; } = SampleKey;

    public string EncryptionIv { get; init; } = SampleKey;

    /// <summary>The API's address, for the link on the index page.</summary>
    public string ApiUrl { get; init; } = "http://localhost:5080";

    /// <summary>If set, SNAP B2B authentication is verified; if null, those headers are ignored.</summary>
    public SnapMerchant? Snap { get; init; }

    /// <summary>If set, everything but what customers and the API use needs it.</summary>
    public string? RequiredKey { get; init; }

    public Judge Judge() => new(MerchantId, MerchantPassword, new FieldDecryption(EncryptionKey, EncryptionIv));
}
