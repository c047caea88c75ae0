using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>What the console shows: a banner, or one line that says why the sandbox did not start.</summary>
internal static class SandboxConsole
{
    private const string SnapLine = "\n  SNAP B2B           on";

    private const string Pixel =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==";

    private const string Photo = $$"""{"base64":"{{Pixel}}","isEditable":true}""";
    private const string Request = $$$"""{"phoneNo":"081295288912","images":{"ktp":{{{Photo}}},"selfie":{{{Photo}}}}}""";

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = SandboxArguments.Parse(args);
        if (arguments.Error is { } error)
        {
            await Console.Error.WriteLineAsync($"{error}. Try --help.");
            return 2;
        }

        if (arguments.Help)
        {
            Console.WriteLine(SandboxArguments.Usage);
            return 0;
        }

        try
        {
            await using var host = await SandboxHost.StartAsync(arguments, TimeProvider.System);
            Console.WriteLine(Banner(host, arguments));
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is SettingsException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static string ConsoleLine(SandboxArguments arguments) => arguments.AnyAddress
        ? "\nEverybody on this network can reach it. All but widget and shop needs the demo API key (a browser asks for it as password).\n"
        : "";

    public static string Banner(SandboxHost host, SandboxArguments arguments) =>
        arguments.Callback is null ? BannerOfBoth(host, arguments) : BannerOfStandIn(host, arguments);

    private static string BannerOfStandIn(SandboxHost host, SandboxArguments arguments) => $$"""

        Finpay.Linkage sandbox, the stand-in alone
          Stand-in (Finnet)  {{host.FinnetUrl}}
          Callback URL       {{host.CallbackUrl.GetLeftPart(UriPartial.Authority)}}, path not shown: it may hold a secret
          Data folder        {{arguments.DataFolder}}{{(arguments.AnyAddress ? $"\n  Demo API key       {host.Settings.DemoApiKey}" : "")}}
        {{ConsoleLine(arguments)}}
        Press Ctrl+C to stop.

        """;

    private static string BannerOfBoth(SandboxHost host, SandboxArguments arguments) => $$"""

        Finpay.Linkage sandbox
          API                {{host.ApiUrl}}
          Swagger            {{host.ApiUrl}}/swagger
          Stand-in (Finnet)  {{host.FinnetUrl}}
          Demo shop          {{host.FinnetUrl}}/shop
          Callback URL       {{host.CallbackUrl}}
          Data folder        {{arguments.DataFolder}}{{(arguments.Snap ? SnapLine : "")}}
          Demo API key       {{host.Settings.DemoApiKey}}
        {{OtherMerchants(host)}}{{ConsoleLine(arguments)}}
        Ask for a widget, then open its widgetUrl. Approving needs two photos; these are one pixel each:
          curl -s -X POST {{host.ApiUrl}}/v1/account-upgrades -H 'Content-Type: application/json' \
            -H 'X-Api-Key: {{host.Settings.DemoApiKey}}' \
            -d '{{Request}}'

        Post Finnet's sample notification by hand:
          curl -s -X POST {{host.CallbackUrl}} -H 'Content-Type: application/json' \
            -d '{"kycResponse":"KYC Rejected","kysMessage":"Your KYC has been rejected because…",
            "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}'

        Press Ctrl+C to stop.

        """;

    private static string OtherMerchants(SandboxHost host) => string.Concat(host.Merchants.Skip(1).Select(merchant => $"""

          Merchant {merchant.Number}, {merchant.Name}
            Stand-in         {merchant.FinnetUrl}
            Demo shop        {merchant.FinnetUrl}/shop
            Callback URL     {host.CallbackUrlOf(merchant)}
            Demo API key     {merchant.Settings.DemoApiKey}

        """));
}
