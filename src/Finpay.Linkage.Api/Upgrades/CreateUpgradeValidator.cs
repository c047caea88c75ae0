using System.Buffers;
using FluentValidation;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Finnet's field table (docs/finnet-contract.md, section 1) as rules; every wrong field is reported, none is repeated.</summary>
internal sealed class CreateUpgradeValidator : AbstractValidator<CreateUpgradeRequest>
{
    public const int MinReferenceLength = 10;
    public const int MaxReferenceLength = 64;
    public const int MaxUrlLength = 2048;
    public const int MaxNameLength = 128;
    public const int MaxEmailLength = 254;

    // RFC 3986. Who reads it next may take anything else, a backslash or a letter that looks like another, for something else.
    private static readonly SearchValues<char> UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    public CreateUpgradeValidator(IOptions<ImageOptions> images, IOptions<UpgradeOptions> upgrades)
    {
        RuleFor(request => request.PartnerReferenceNo)
            .Must(reference => reference is null || IsReference(reference))
            .WithMessage($"must be {MinReferenceLength} to {MaxReferenceLength} letters, digits, dots, dashes or underscores");
        RuleFor(request => request.PhoneNo)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .Must(phone => PhoneNumber.TryParse(phone, out _))
            .WithMessage("must be an Indonesian mobile number (08…, 8…, 62…, +62… or 0062…) of 10 to 15 digits with country code");
        RuleFor(request => request.RedirectFinalUrl!)
            .Must(url => IsRedirect(url, upgrades.Value.RedirectHosts))
            .WithMessage(upgrades.Value.RedirectHosts.Count == 0
                ? $"must be an absolute https URL (http on loopback only) of at most {MaxUrlLength} characters, percent-encoded, "
                    + "without credentials"
                : "must be an absolute https URL, percent-encoded, without credentials, on one of the allowed hosts")
            .When(request => request.RedirectFinalUrl is not null);
        RuleFor(request => request.Images!.Ktp!).SetValidator(new ImageValidator(images.Value.MaxBytes))
            .When(request => request.Images?.Ktp is not null);
        RuleFor(request => request.Images!.Selfie!).SetValidator(new ImageValidator(images.Value.MaxBytes))
            .When(request => request.Images?.Selfie is not null);
        RuleFor(request => request.PersonalData!).SetValidator(new PersonalDataValidator());
    }

    public static bool IsReference(string text) =>
        text.Length is >= MinReferenceLength and <= MaxReferenceLength
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private static bool IsRedirect(string text, IList<string> hosts) =>
        text.Length <= MaxUrlLength
        && !text.AsSpan().ContainsAnyExcept(UrlCharacters)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        // The host that is judged must be the one that stands there: http://loopback is read as localhost, 127.1 as 127.0.0.1.
        && text.StartsWith($"{url.Scheme}://{url.Host}", StringComparison.OrdinalIgnoreCase)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.UserInfo.Length == 0
        && (hosts.Count == 0 || hosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase));

    private sealed class ImageValidator : AbstractValidator<CreateUpgradeRequest.ImagePart>
    {
        public ImageValidator(int maxBytes)
        {
            RuleFor(image => image.Base64).Custom((_, context) =>
            {
                if (Describe(context.InstanceToValidate.Image, maxBytes) is { } message)
                    context.AddFailure(message);
            });
            RuleFor(image => image.IsEditable).NotNull().WithMessage("is required: true or false");
        }

        private static string? Describe(ImageDataUri? image, int maxBytes) => image?.Inspect(maxBytes) switch
        {
            null => "is required",
            ImageProblem.MissingPrefix => "must start with data:image/jpeg;base64, or data:image/png;base64,",
            ImageProblem.NotBase64 => "must be standard Base64 after the prefix",
            ImageProblem.TooLarge => $"must be at most {maxBytes} bytes, decoded",
            ImageProblem.NotDeclaredType => "is not of the declared image type",
            _ => null,
        };
    }

    private sealed class PersonalDataValidator : AbstractValidator<CreateUpgradeRequest.PersonalDataPart>
    {
        public PersonalDataValidator()
        {
            RuleFor(data => data.KkNumber)
                .Must(number => number is null || FamilyCardNumber.TryParse(number, out _)).WithMessage("must be 16 digits");
            RuleFor(data => data.BiologicalMotherName!)
                .Must(name => !string.IsNullOrWhiteSpace(name) && name.Length <= MaxNameLength && !name.Any(char.IsControl))
                .WithMessage($"must be 1 to {MaxNameLength} characters without control characters")
                .When(data => data.BiologicalMotherName is not null);
            RuleFor(data => data.Nationality)
                .Must(nationality => nationality is null || Nationalities.TryParse(nationality, out _))
                .WithMessage("must be WNI or WNA");
            RuleFor(data => data.Email).Must(email => email is null || IsEmail(email)).WithMessage("must be an e-mail address");
        }

        // One @ with something on both sides and no spaces: who can be reached is for Finnet to find out.
        private static bool IsEmail(string text)
        {
            var at = text.IndexOf('@', StringComparison.Ordinal);
            return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1 && text.Length <= MaxEmailLength
                && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));
        }
    }
}
