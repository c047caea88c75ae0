using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Merchants;

/// <summary>A service for two merchants: the one of <c>Finnet</c>, and <c>north</c> with its own id, password, keys and token.</summary>
public static class TwoMerchants
{
    public const string NorthId = "AGREE-NORTH-2";
    public const string NorthPassword = "planted+North/Pass&word";
    public const string NorthEncryptionKey = "northKey+16chars";
    public const string NorthKey = "north-key-0004-dddddddddddddddddddd";
    public const string NorthOpsKey = "north-ops-0005-eeeeeeeeeeeeeeeeeeee";
    public const string DefaultOpsKey = "default-ops-0006-ffffffffffffffffff";
    public const string NorthToken = "token-9876543210-abcdefghijklmnop~N";
    public const string NorthReference = "north-202411011441";

    public static readonly string Body = $$"""{"partnerReferenceNo":"{{NorthReference}}","phoneNo":"{{Calls.Phone}}"}""";

    public static IReadOnlyList<(string Key, string? Value)> Settings { get; } =
    [
        ("Merchants:north:Environment", "Production"),
        ("Merchants:north:MerchantId", NorthId),
        ("Merchants:north:MerchantPassword", NorthPassword),
        ("Merchants:north:EncryptionKey", NorthEncryptionKey),
        ("Merchants:north:EncryptionIv", TestSettings.EncryptionIv),
        ("Merchants:north:Notifications:PathTokens:0", NorthToken),
        ("ApiKeys:3:Name", "north-shop"),
        ("ApiKeys:3:Sha256", TestSettings.Sha256(NorthKey)),
        ("ApiKeys:3:Role", "merchant"),
        ("ApiKeys:3:Merchant", "north"),
        ("ApiKeys:4:Name", "north-operators"),
        ("ApiKeys:4:Sha256", TestSettings.Sha256(NorthOpsKey)),
        ("ApiKeys:4:Role", "ops"),
        ("ApiKeys:4:Merchant", "north"),
        ("ApiKeys:5:Name", "default-operators"),
        ("ApiKeys:5:Sha256", TestSettings.Sha256(DefaultOpsKey)),
        ("ApiKeys:5:Role", "ops"),
        ("ApiKeys:5:Merchant", "default"),
    ];

    public static ApiHost Host(params ReadOnlySpan<(string Key, string? Value)> changes) => ApiHost.With([.. Settings, .. changes]);

    public static Task<Answer> CreateForNorthAsync(this ApiHost host) => host.Client(NorthKey).CreateAsync(Body);

    public static Task<Answer> NotifyNorthAsync(
        this ApiHost host, string kycResponse, string reference = NorthReference, string token = NorthToken, string merchant = NorthId) =>
        host.CallbackAsync(Calls.Notification(kycResponse, reference, merchant: merchant), token);
}
