namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's two environments.</summary>
public enum FinnetEnvironment
{
    /// <summary>Finnet's staging, <c>https://snapstag.finnet.co.id</c>.</summary>
    Development = 1,

    /// <summary>Finnet's production, <c>https://snap.finnet.co.id</c>.</summary>
    Production,
}

/// <summary>How requests to Finnet authenticate.</summary>
public enum FinnetAuthentication
{
    /// <summary>No header: the two pages that define the service ask for none.</summary>
    None,

    /// <summary>The SNAP B2B headers.</summary>
    SnapB2B,
}

/// <summary>The settings of the client; configuration section <c>Finnet</c>.</summary>
public sealed class FinnetOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Finnet";

    /// <summary>Chooses the base address. Required.</summary>
    public FinnetEnvironment? Environment { get; set; }

    /// <summary>Overrides the base address: https, or http on loopback.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Path of the widget service.</summary>
    public string WidgetPath { get; set; } = "/api/v1.0/upgrade-account-widget";

    /// <summary>Issued by Finnet, at most 128 characters. Required.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>Issued by Finnet. Set it unencrypted; the client encrypts it. Required.</summary>
    public Secret? MerchantPassword { get; set; }

    /// <summary>AES-128 key: 16 ASCII characters. Required.</summary>
    public Secret? EncryptionKey { get; set; }

    /// <summary>AES-CBC initialisation vector: 16 ASCII characters; Finnet's contract fixes it. Required.</summary>
    public Secret? EncryptionIv { get; set; }

    /// <summary>How requests authenticate.</summary>
    public FinnetAuthentication Authentication { get; set; }

    /// <summary>The settings of <see cref="FinnetAuthentication.SnapB2B"/>.</summary>
    public SnapOptions Snap { get; } = new();

    /// <summary>The longest time of one attempt, connection and answer included; at least 10 ms.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time of a call, retries included; at most a day.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>The base address in use: <see cref="BaseUrl"/>, or else the environment's.</summary>
    public Uri EffectiveBaseUrl => BaseUrl ?? new Uri(
        Environment == FinnetEnvironment.Production ? "https://snap.finnet.co.id" : "https://snapstag.finnet.co.id");
}
