namespace Finpay.Linkage.Api.Callbacks;

/// <summary>A check that a callback must pass.</summary>
public enum CallbackAuthentication
{
    /// <summary>No check. Must be configured explicitly.</summary>
    None,

    /// <summary>A secret at the end of the path, given to Finnet only.</summary>
    PathToken,

    /// <summary>An address of one of the configured networks.</summary>
    SourceAddress,

    /// <summary>A SNAP signature by Finnet's key.</summary>
    SnapSignature,
}

/// <summary>Configuration section <c>Notifications</c>.</summary>
public sealed class NotificationOptions
{
    public const string SectionName = "Notifications";

    /// <summary>All of these must pass.</summary>
    public IList<CallbackAuthentication> Authentication { get; } = [];

    /// <summary>These are evaluated and recorded, and refuse nothing.</summary>
    public IList<CallbackAuthentication> Observe { get; } = [];

    /// <summary>Lets Production run with <see cref="CallbackAuthentication.None"/>.</summary>
    public bool AllowUnauthenticated { get; set; }

    /// <summary>One or two tokens of at least 32 characters; two while one is replaced.</summary>
    public IList<Secret> PathTokens { get; } = [];

    /// <summary>Networks, CIDR.</summary>
    public IList<string> SourceAddresses { get; } = [];

    /// <summary>What <see cref="CallbackAuthentication.SnapSignature"/> needs.</summary>
    public CallbackSnapOptions Snap { get; set; } = new();

    /// <summary>Largest callback, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Whether <paramref name="check"/> is evaluated, to enforce or to observe.</summary>
    public bool Uses(CallbackAuthentication check) => Authentication.Contains(check) || Observe.Contains(check);
}

/// <summary>Configuration section <c>Notifications:Snap</c>.</summary>
public sealed record CallbackSnapOptions
{
    /// <summary>Finnet's public key, PEM.</summary>
    public string PublicKeyPath { get; set; } = "";

    /// <summary>The one before it, while Finnet changes its key.</summary>
    public string PreviousPublicKeyPath { get; set; } = "";

    /// <summary>What is signed.</summary>
    public SnapRecipe Recipe { get; set; } = SnapRecipe.BodyBound;

    /// <summary>Our client id, for <see cref="SnapRecipe.ClientId"/>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The path as Finnet signs it; empty: as it is received.</summary>
    public string SignedPath { get; set; } = "";

    /// <summary>How far X-TIMESTAMP may be from our clock.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far it may be when the body is signed too: Finnet may repeat a callback with its first time.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>Configuration section <c>Merchants:&lt;name&gt;:Notifications</c>: what one merchant has instead of the common.</summary>
public sealed class MerchantNotificationOptions
{
    /// <summary>One or two tokens of at least 32 characters, instead of those of all merchants.</summary>
    public IList<Secret> PathTokens { get; } = [];

    /// <summary>Finnet's keys for this merchant.</summary>
    public MerchantSnapOptions Snap { get; set; } = new();

    /// <summary>What is empty here is taken from the common. A merchant with a key of its own has none of the common ones.</summary>
    internal CallbackSnapOptions Over(CallbackSnapOptions common) => common with
    {
        PublicKeyPath = Snap.PublicKeyPath.Length > 0 ? Snap.PublicKeyPath : common.PublicKeyPath,
        PreviousPublicKeyPath = Snap.PublicKeyPath.Length > 0 ? Snap.PreviousPublicKeyPath : common.PreviousPublicKeyPath,
        ClientId = Snap.ClientId.Length > 0 ? Snap.ClientId : common.ClientId,
        SignedPath = Snap.SignedPath.Length > 0 ? Snap.SignedPath : common.SignedPath,
    };
}

/// <summary>Configuration section <c>Merchants:&lt;name&gt;:Notifications:Snap</c>.</summary>
public sealed class MerchantSnapOptions
{
    /// <summary>Finnet's public key, PEM.</summary>
    public string PublicKeyPath { get; set; } = "";

    /// <summary>The one before it, while Finnet changes its key.</summary>
    public string PreviousPublicKeyPath { get; set; } = "";

    /// <summary>This merchant's client id, for <see cref="SnapRecipe.ClientId"/>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The path as Finnet signs it.</summary>
    public string SignedPath { get; set; } = "";
}
