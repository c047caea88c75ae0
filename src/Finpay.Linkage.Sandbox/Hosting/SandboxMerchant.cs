using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>A merchant of the sandbox: its credentials, and its own stand-in with its own shop and console.</summary>
internal sealed record SandboxMerchant(int Number, SandboxSettings Settings, StandInOptions Options, SnapSettings? Snap)
{
    /// <summary>In the API's settings.</summary>
    public string Name => Number == 1 ? "default" : string.Create(CultureInfo.InvariantCulture, $"merchant-{Number}");

    /// <summary>Where its stand-in listens, once it is started.</summary>
    public string FinnetUrl { get; init; } = Options.Url;

    /// <summary>In the path of its callback, when there are several.</summary>
    public string CallbackToken => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"callback {Settings.DemoApiKey}")));

    /// <summary>The first has its data where the only one has it.</summary>
    public static SandboxMerchant LoadOrCreate(SandboxArguments arguments, int number)
    {
        var folder = number == 1
            ? arguments.DataFolder
            : Path.Combine(arguments.DataFolder, string.Create(CultureInfo.InvariantCulture, $"merchant-{number}"));
        var settings = SandboxSettings.LoadOrCreate(folder);
        var snap = arguments.Snap ? SnapSettings.LoadOrCreate(folder) : null;
        var options = new StandInOptions(Path.Combine(folder, "finnet"))
        {
            Url = arguments.ListeningAt(arguments.FinnetUrlOf(number)),
            ApiUrl = (arguments.Callback ?? arguments.ApiUrl).GetLeftPart(UriPartial.Authority),
            Snap = snap?.Merchant,
            RequiredKey = arguments.AnyAddress ? settings.DemoApiKey : null,
        };
        return new(number, settings, number == 1 ? options : options with
        {
            MerchantId = string.Create(CultureInfo.InvariantCulture, $"SANDBOX{number}"),
            MerchantPassword = string.Create(CultureInfo.InvariantCulture, $"sandbox-password-{number}"),
            EncryptionKey = string.Create(CultureInfo.InvariantCulture, $"sandbox-key-{number:0000}"),
        }, snap);
    }
}
