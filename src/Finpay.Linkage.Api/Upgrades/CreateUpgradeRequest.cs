using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Body of POST /v1/account-upgrades. Everything may be missing until the validator has looked. Disposing of it gives the images' memory back.</summary>
public sealed class CreateUpgradeRequest : IDisposable
{
    /// <summary>Your own reference, 10 to 64 letters, digits, dots, dashes or underscores. With it the call is safe to repeat; without it one is made for you.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The customer's Indonesian mobile number: 08…, 8…, 62…, +62… or 0062….</summary>
    public string? PhoneNo { get; init; }

    /// <summary>Where the widget's Back button leads: an absolute https URL. That it is opened proves nothing about the KYC.</summary>
    public string? RedirectFinalUrl { get; init; }

    /// <summary>Photos that the widget shows at once.</summary>
    public ImagesPart? Images { get; init; }

    /// <summary>Data that the widget shows at once. Sent in clear over TLS, forwarded encrypted, never stored.</summary>
    public PersonalDataPart? PersonalData { get; init; }

    public sealed class ImagesPart
    {
        /// <summary>The ID card.</summary>
        public ImagePart? Ktp { get; init; }

        /// <summary>The customer's face.</summary>
        public ImagePart? Selfie { get; init; }
    }

    public sealed class ImagePart
    {
        /// <summary>data:image/jpeg;base64,… or data:image/png;base64,…</summary>
        public ImageDataUri? Base64 { get; init; }

        /// <summary>True: the customer may take the photo again. False: read-only.</summary>
        public bool? IsEditable { get; init; }
    }

    public sealed class PersonalDataPart
    {
        /// <summary>Family card number, 16 digits.</summary>
        public string? KkNumber { get; init; }

        /// <summary>The mother's maiden name.</summary>
        public string? BiologicalMotherName { get; init; }

        /// <summary>WNI or WNA; ID, IDN and Indonesia are taken for WNI.</summary>
        public string? Nationality { get; init; }

        /// <summary>E-mail address.</summary>
        public string? Email { get; init; }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Images?.Ktp?.Base64?.Dispose();
        Images?.Selfie?.Base64?.Dispose();
    }

    /// <summary>What Finnet is to be asked; call it on a valid request only.</summary>
    internal UpgradeWidgetRequest ToFinnet(string partnerReferenceNo) => new()
    {
        PartnerReferenceNo = partnerReferenceNo,
        PhoneNo = PhoneNumber.TryParse(PhoneNo, out var phone) ? phone : throw new InvalidOperationException("The request was not validated."),
        RedirectFinalUrl = RedirectFinalUrl,
        Images = Images is null ? null : new UpgradeImages { Ktp = Map(Images.Ktp), Selfie = Map(Images.Selfie) },
        PersonalData = PersonalData is null ? null : new UpgradePersonalData
        {
            KkNumber = FamilyCardNumber.TryParse(PersonalData.KkNumber, out var number) ? number : null,
            BiologicalMotherName = PersonalData.BiologicalMotherName is { } name ? new Secret(name) : null,
            Nationality = Nationalities.TryParse(PersonalData.Nationality, out var nationality) ? nationality : null,
            Email = PersonalData.Email is { } email ? new Secret(email) : null,
        },
    };

    private static UpgradeImage? Map(ImagePart? image) => image is null ? null : new UpgradeImage(image.Base64!, image.IsEditable!.Value);
}
