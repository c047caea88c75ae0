namespace Finpay.Linkage.Finnet;

/// <summary>
/// Asks Finnet for an upgrade widget, in which one customer goes from Basic to Premium. Merchant id and password come from
/// <see cref="FinnetOptions"/>. The client encrypts the password, the KK number and the mother's name, and nothing else.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, request table.</remarks>
public sealed record UpgradeWidgetRequest
{
    /// <summary>The merchant's own reference, 10 to 64 characters, unique per partner.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The customer's number.</summary>
    public required PhoneNumber PhoneNo { get; init; }

    /// <summary>Where the widget's Back button leads: an absolute URL. Opening it does not mean that the KYC is finished.</summary>
    public string? RedirectFinalUrl { get; init; }

    /// <summary>Photos to prefill.</summary>
    public UpgradeImages? Images { get; init; }

    /// <summary>Data to prefill.</summary>
    public UpgradePersonalData? PersonalData { get; init; }

    /// <summary>The reference only: everything else may be personal data.</summary>
    public override string ToString() => $"{nameof(UpgradeWidgetRequest)} {PartnerReferenceNo}";
}

/// <summary>Photos that the widget shows already filled in.</summary>
public sealed record UpgradeImages
{
    /// <summary>The ID card (Kartu Tanda Penduduk) alone.</summary>
    public UpgradeImage? Ktp { get; init; }

    /// <summary>The customer holding the KTP (swafoto sambil memegang KTP).</summary>
    public UpgradeImage? Selfie { get; init; }
}

/// <summary>One photo.</summary>
/// <param name="Base64">The photo as a data URI.</param>
/// <param name="IsEditable">True: the customer may take the photo again. False: read-only.</param>
public sealed record UpgradeImage(ImageDataUri Base64, bool IsEditable);
