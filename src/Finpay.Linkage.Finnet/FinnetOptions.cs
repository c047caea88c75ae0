namespace Finpay.Linkage.Finnet;

/// <summary>Which of Finnet's environments is meant.</summary>
public enum FinnetEnvironment
{
    /// <summary>Finnet's staging, <c>https://snapstag.finnet.co.id</c>.</summary>
    Development = 1,

    /// <summary>The real one, <c>https://snap.finnet.co.id</c>.</summary>
    Production,
}

/// <summary>How requests to Finnet authenticate.</summary>
public enum FinnetAuthentication
{
    /// <summary>No header: the two defining pages ask for none.</summary>
    None,

    /// <summary>The SNAP B2B headers.</summary>
    SnapB2B,
}

/// <summary>What the client needs to know; configuration section <c>Finnet</c>.</summary>
public sealed class FinnetOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Finnet";

    /// <summary>Sets the base address. Required.</summary>
    public FinnetEnvironment? Environment { get; set; }

    /// <summary>Overrides the base address: https, or http on loopback.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Path of the widget service.</summary>
    public string WidgetPath { get; set; } = "/api/v1.0/upgrade-account-widget";

    /// <summary>Issued by Finnet, at most 128 characters. Required.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>Issued by Finnet, in clear: the client encrypts it. Required.</summary>
    public Secret? MerchantPassword { get; set; }

    /// <summary>AES-128 key: 16 ASCII characters. Required.</summary>
    public Secret? EncryptionKey { get; set; }

    /// <summary>AES-CBC initialisation vector: 16 ASCII characters, fixed by Finnet's contract. Required.</summary>
    public Secret? EncryptionIv { get; set; }

    /// <summary>How requests authenticate.</summary>
    public FinnetAuthentication Authentication { get; set; }

    /// <summary>What <see cref="FinnetAuthentication.SnapB2B"/> needs.</summary>
    public SnapOptions Snap { get; } = new();

    /// <summary>Longest time one attempt may take, connection and answer included.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time a call may take, retries included.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>The base address that holds: <see cref="BaseUrl"/>, else the environment's.</summary>
    public Uri EffectiveBaseUrl => BaseUrl ?? new Uri(
        Environment == FinnetEnvironment.Production ? "https://snap.finnet.co.id" : "https://snapstag.finnet.co.id");
}
