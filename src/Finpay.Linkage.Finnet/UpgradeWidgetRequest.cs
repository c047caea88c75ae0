namespace Finpay.Linkage.Finnet;

/// <summary>
/// Asks Finnet for an upgrade widget: one customer's way from Basic to Premium. Merchant id and password come from
/// <see cref="FinnetOptions"/>; the fields that Finnet wants encrypted are encrypted by the client.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, request table.</remarks>
public sealed record UpgradeWidgetRequest
{
    /// <summary>The merchant's own reference, 10 to 64 characters, unique per partner.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The customer's number.</summary>
    public required PhoneNumber PhoneNo { get; init; }

    /// <summary>Target of the widget's Back button, an absolute URL. That it is opened proves nothing about the KYC.</summary>
    public string? RedirectFinalUrl { get; init; }

    /// <summary>Photos to prefill.</summary>
    public UpgradeImages? Images { get; init; }

    /// <summary>Data to prefill.</summary>
    public UpgradePersonalData? PersonalData { get; init; }

    /// <summary>The reference alone: everything else may be personal data.</summary>
    public override string ToString() => $"{nameof(UpgradeWidgetRequest)} {PartnerReferenceNo}";
}

/// <summary>Photos that the widget shows at once.</summary>
public sealed record UpgradeImages
{
    /// <summary>The ID card (Kartu Tanda Penduduk).</summary>
    public UpgradeImage? Ktp { get; init; }

    /// <summary>The customer's face.</summary>
    public UpgradeImage? Selfie { get; init; }
}

/// <summary>One photo.</summary>
/// <param name="Base64">The photo as a data URI.</param>
/// <param name="IsEditable">True: the customer may take it again; false: read-only.</param>
public sealed record UpgradeImage(ImageDataUri Base64, bool IsEditable);

/// <summary>Personal data that the widget shows at once; only what is there is sent.</summary>
public sealed record UpgradePersonalData
{
    /// <summary>The family card; sent encrypted.</summary>
    public FamilyCardNumber? KkNumber { get; init; }

    /// <summary>The mother's maiden name, UTF-8; sent encrypted.</summary>
    public Secret? BiologicalMotherName { get; init; }

    /// <summary>The citizenship.</summary>
    public Nationality? Nationality { get; init; }

    /// <summary>The e-mail address.</summary>
    public Secret? Email { get; init; }
}
