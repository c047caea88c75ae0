using System.Buffers;
using System.Buffers.Text;
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
        RuleFor(request => request.RedirectFinalUrl)
            .Must(url => url is null || IsRedirect(url, upgrades.Value))
            .WithMessage(RedirectRule(upgrades.Value));
        RuleFor(request => request.Images!.Ktp!).SetValidator(new ImageValidator(images.Value.MaxBytes))
            .When(request => request.Images?.Ktp is not null);
        RuleFor(request => request.Images!.Selfie!).SetValidator(new ImageValidator(images.Value.MaxBytes))
            .When(request => request.Images?.Selfie is not null);
        RuleFor(request => request.PersonalData!).SetValidator(new PersonalDataValidator());
    }

    public static bool IsReference(string text) =>
        text.Length is >= MinReferenceLength and <= MaxReferenceLength
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private static bool IsRedirect(string text, UpgradeOptions options) =>
        text.Length <= MaxUrlLength
        && !text.AsSpan().ContainsAnyExcept(UrlCharacters)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (IsWeb(url, text, options.RedirectHosts) || options.RedirectSchemes.Contains(url.Scheme, StringComparer.OrdinalIgnoreCase));

    private static bool IsWeb(Uri url, string text, IList<string> hosts) =>
        // The host that is judged must be the one that stands there: http://loopback is read as localhost, 127.1 as 127.0.0.1.
        text.StartsWith($"{url.Scheme}://{url.Host}", StringComparison.OrdinalIgnoreCase)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && (hosts.Count == 0 || hosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase));

    private static string RedirectRule(UpgradeOptions options) => string.Concat(
        $"must be an absolute https URL (http on loopback only) of at most {MaxUrlLength} characters, percent-encoded, without credentials",
        options.RedirectHosts.Count == 0 ? "" : ", on one of the allowed hosts",
        options.RedirectSchemes.Count == 0 ? "" : $"; or the URL of an app: {string.Join(", ", options.RedirectSchemes)}");

    // AES makes whole blocks of 16 bytes. A name has only letters where Base64 has digits and signs too, and 16 digits are 12 bytes.
    private static bool IsInClear(string? text) => text is null
        || !Base64.IsValid(text, out var bytes) || bytes == 0 || bytes % 16 != 0
        || !text.Any(character => char.IsAsciiDigit(character) || character is '=' or '+' or '/');

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
            ImageProblem.NotBase64 => "must be standard Base64 (A–Z, a–z, 0–9, +, /) after the prefix",
            ImageProblem.WhiteSpace => "must be Base64 without line breaks or blanks after the prefix",
            ImageProblem.NotPadded => "must be Base64 with its padding: one or two = are missing at the end",
            ImageProblem.TooLarge => $"must be at most {maxBytes} bytes, decoded",
            ImageProblem.NotDeclaredType => "is not of the declared image type",
            ImageProblem.CutOff => "is cut off or damaged: the file ends before its image data",
            _ => null,
        };
    }

    private sealed class PersonalDataValidator : AbstractValidator<CreateUpgradeRequest.PersonalDataPart>
    {
        private const string SendInClear = "looks encrypted: send it in clear, the service encrypts it";

        public PersonalDataValidator()
        {
            RuleFor(data => data.KkNumber)
                .Cascade(CascadeMode.Stop)
                .Must(IsInClear).WithMessage(SendInClear)
                .Must(number => number is null || FamilyCardNumber.TryParse(number, out _)).WithMessage("must be 16 digits");
            RuleFor(data => data.BiologicalMotherName!)
                .Cascade(CascadeMode.Stop)
                .Must(IsInClear).WithMessage(SendInClear)
                .Must(name => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl))
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
