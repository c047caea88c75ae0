using System.Net;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Every set of checks, with both recipes: what Finnet sends passes, and what differs in one check
/// alone does not, however right all else is.
/// </summary>
public sealed class ForgedCallbackTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private const string Token = "PathToken";
    private const string Address = "SourceAddress";
    private const string Signature = "SnapSignature";
    private static readonly string[] All = [Token, Address, Signature];
    private static readonly string Body = Calls.Notification("KYC Approved");

    /// <summary>The checks, the recipe, and the one that is forged.</summary>
    public static TheoryData<string, SnapRecipe, string> Forgeries()
    {
        var data = new TheoryData<string, SnapRecipe, string>();
        for (var set = 1; set < 1 << All.Length; set++)
        {
            var checks = All.Where((_, index) => (set & (1 << index)) != 0).ToList();
            foreach (var recipe in checks.Contains(Signature) ? Enum.GetValues<SnapRecipe>() : [SnapRecipe.BodyBound])
            {
                foreach (var forged in checks.Append(checks.Contains(Token) ? "NoToken" : "TokenNobodyAskedFor"))
                    data.Add(string.Join('+', checks), recipe, forged);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task One_Forged_Check_Is_Enough_To_Be_Refused(string checks, SnapRecipe recipe, string forged)
    {
        await using var host = Host(checks, recipe);
        host.Finnet.Issues();
        await host.CreateAsync();

        AssertEnvelope(await SendAsync(host, checks, recipe, forged), "4010000", "Unauthorized");
        Assert.Empty(await host.NotificationsAsync());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());

        AssertEnvelope(await SendAsync(host, checks, recipe, forged: null), "2000000");
        var evidence = Assert.Single(await host.NotificationsAsync()).GetProperty("evidence");
        Assert.Equal(
            checks.Split('+').Select(Lower).Order(StringComparer.Ordinal),
            evidence.GetProperty("passed").EnumerateArray().Select(check => check.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    private ApiHost Host(string checks, SnapRecipe recipe)
    {
        var settings = new List<(string, string?)>
        {
            ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
            ("Notifications:Snap:PublicKeyPath", keys.CurrentPath),
            ("Notifications:Snap:Recipe", recipe.ToString()),
            ("Notifications:Snap:ClientId", FinnetKeys.ClientId),
            // Production refuses a recipe without the body if the signature is the only check.
            ("Finnet:Environment", "Development"),
        };
        settings.AddRange(checks.Split('+').Select((check, index) => ($"Notifications:Authentication:{index}", (string?)check)));
        return ApiHost.With([.. settings]);
    }

    private async Task<Answer> SendAsync(ApiHost host, string checks, SnapRecipe recipe, string? forged)
    {
        var token = forged switch
        {
            Token => TestSettings.PathToken[..^1] + "B",
            "NoToken" => null,
            "TokenNobodyAskedFor" => TestSettings.PathToken,
            _ => checks.Contains(Token, StringComparison.Ordinal) ? TestSettings.PathToken : null,
        };
        host.RemoteAddress = IPAddress.Parse(forged == Address ? "203.0.113.8" : "203.0.113.7");
        var signed = keys.Sign(Body, host.Clock.GetUtcNow(), Calls.CallbackPath(token), recipe: recipe);
        if (forged == Signature)
        {
            signed = recipe == SnapRecipe.BodyBound
                ? signed with { Body = Encoding.UTF8.GetBytes(Calls.Notification("KYC Rejected")) }
                : signed with { Signatures = keys.Sign(Body, host.Clock.GetUtcNow(), key: keys.Stranger, recipe: recipe).Signatures };
        }

        return await signed.SendAsync(host);
    }

    private static string Lower(string check) => char.ToLowerInvariant(check[0]) + check[1..];
}
