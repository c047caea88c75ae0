using System.Net;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>The command line. <see cref="Error"/> is the message if it is wrong.</summary>
internal sealed record SandboxArguments
{
    public const string Usage = """
        Starts the Finpay.Linkage API and a stand-in for Finnet on this machine, wired to each other.

          --data DIR          where both store their data (default: a folder in the user's data folder)
          --api-url URL       where the API listens (default: http://localhost:5080)
          --finnet-url URL    where the stand-in listens (default: http://localhost:5090)
          --merchants N       N merchants, 1 to 9 (default: 1), each with a stand-in and a shop of its own, on the ports after --finnet-url
          --snap              authenticate requests to the stand-in by SNAP B2B and verify them (default: no authentication)
          --callback URL      start the stand-in alone, for an API that runs elsewhere with this callback URL
          --any-address       listen on every address of this machine (for a container whose ports are published on loopback);
                              the stand-in then wants the demo key for everything but widget and shop
          --help              this text
        """;

    public string DataFolder { get; private init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "finpay-linkage-sandbox");

    public Uri ApiUrl { get; private init; } = new("http://localhost:5080");

    public Uri FinnetUrl { get; private init; } = new("http://localhost:5090");

    /// <summary>For containers, whose loopback can't be reached from outside. The printed URL stays the one that a person opens.</summary>
    public bool AnyAddress { get; private init; }

    /// <summary>The API signs its requests and the stand-in verifies them.</summary>
    public bool Snap { get; private init; }

    /// <summary>How many merchants the API serves.</summary>
    public int Merchants { get; private init; } = 1;

    /// <summary>The callback URL of an API that runs elsewhere; null starts the API here.</summary>
    public Uri? Callback { get; private init; }

    public bool Help { get; private init; }

    public string? Error { get; private init; }

    public static SandboxArguments Parse(IReadOnlyList<string> args)
    {
        var parsed = new SandboxArguments();
        for (var i = 0; i < args.Count && parsed.Error is null; i++)
        {
            parsed = args[i] switch
            {
                "--help" or "-h" => parsed with { Help = true },
                "--snap" => parsed with { Snap = true },
                "--any-address" => parsed with { AnyAddress = true },
                "--data" or "--api-url" or "--finnet-url" or "--callback" or "--merchants" when i + 1 == args.Count =>
                    parsed with { Error = $"{args[i]} needs a value" },
                "--data" => parsed with { DataFolder = Path.GetFullPath(args[++i]) },
                "--api-url" => Loopback(args[++i]) is { } url ? parsed with { ApiUrl = url } : parsed.NotLoopback(args[i]),
                "--finnet-url" => Loopback(args[++i]) is { } url ? parsed with { FinnetUrl = url } : parsed.NotLoopback(args[i]),
                "--merchants" => args[++i] is [>= '1' and <= '9' and var number]
                    ? parsed with { Merchants = number - '0' }
                    : parsed with { Error = $"'{args[i]}' is not a number of merchants from 1 to 9" },
                "--callback" => Uri.TryCreate(args[++i], UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                    ? parsed with { Callback = url }
                    : parsed with { Error = $"'{args[i]}' is not an http address, such as http://localhost:5080/callbacks/finnet/kyc" },
                var unknown => parsed with { Error = $"Unknown argument '{unknown}'" },
            };
        }

        return parsed is not { Callback: not null, Error: null } ? parsed
            : parsed.Snap ? parsed with { Error = "--snap needs the sandbox's own API, which --callback does without" }
            : parsed.Merchants > 1 ? parsed with { Error = "--merchants needs the sandbox's own API, which --callback does without" }
            : parsed;
    }

    /// <summary>Each stand-in has the port after the one before; 0 is any free port.</summary>
    public Uri FinnetUrlOf(int merchant) =>
        FinnetUrl.Port == 0 ? FinnetUrl : new UriBuilder(FinnetUrl) { Port = FinnetUrl.Port + merchant - 1 }.Uri;

    public string ListeningAt(Uri url) => AnyAddress ? $"http://0.0.0.0:{url.Port}" : url.GetLeftPart(UriPartial.Authority);

    private static Uri? Loopback(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == "http" && url.AbsolutePath == "/"
        && (url.Host == "localhost" || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address)))
            ? url
            : null;

    private SandboxArguments NotLoopback(string value) =>
        this with { Error = $"'{value}' is not an http address of this machine, such as http://localhost:5080" };
}
