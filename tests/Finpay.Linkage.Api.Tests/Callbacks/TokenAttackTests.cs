using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Paths sent over a socket unchanged, because a client would normalize them.</summary>
public sealed class TokenAttackTests
{
    private const string Token = TestSettings.PathToken;

    /// <summary>What stands behind /callbacks/finnet/kyc, and the status.</summary>
    [Theory]
    [InlineData($"/{Token}", 200)]
    [InlineData($"/{Token}/", 200)]
    [InlineData($"/{Token}?x=1", 200)]
    [InlineData($"/%74{"oken-0123456789-abcdefghijklmnop~A"}", 200)]
    [InlineData($"/x/../{Token}", 200)]
    [InlineData($"/../kyc/{Token}", 200)]
    [InlineData("", 401)]
    [InlineData("/", 401)]
    [InlineData("/..", 404)]
    [InlineData($"//{Token}", 200)]
    [InlineData($"///{Token}//", 200)]
    [InlineData($"//x/{Token}", 404)]
    [InlineData($"/%2e%2e/{Token}", 404)]
    [InlineData($"/..%2f{Token}", 401)]
    [InlineData($"/%2f{Token}", 401)]
    [InlineData($"/{Token}%2f", 401)]
    [InlineData($"/{Token}%20", 401)]
    [InlineData($"/{Token}%0a", 401)]
    [InlineData($"/{Token}%2500", 401)]
    [InlineData($"/%2574{"oken-0123456789-abcdefghijklmnop~A"}", 401)]
    [InlineData($"/{Token};x", 401)]
    [InlineData($"/{Token}/{Token}", 404)]
    [InlineData($"?token={Token}", 401)]
    [InlineData("/*", 401)]
    [InlineData("/%25", 401)]
    [InlineData("/%EF%BD%94oken-0123456789-abcdefghijklmnop~A", 401)]
    [InlineData("/TOKEN-0123456789-ABCDEFGHIJKLMNOP~a", 401)]
    public async Task Only_The_Token_Itself_Passes(string behind, int status)
    {
        await using var host = ApiHost.OnKestrel();

        Assert.Equal(status, await PostAsync(host, "/callbacks/finnet/kyc" + behind));
        Assert.Equal(status == 200 ? 1 : 0, (await host.NotificationsAsync()).Count);
    }

    [Theory]
    [InlineData("//callbacks/finnet/kyc/", 200)]
    [InlineData("/callbacks//finnet/kyc/", 200)]
    [InlineData("//callbacks//finnet//kyc//", 200)]
    [InlineData("//callback/finnet/kyc/", 404)]
    [InlineData("//v1//callbacks/finnet/kyc/", 404)]
    public async Task A_Slash_Too_Many_Changes_Nothing(string before, int status)
    {
        await using var host = ApiHost.OnKestrel();

        Assert.Equal(status, await PostAsync(host, before + Token));
        Assert.Equal(status == 200 ? 1 : 0, (await host.NotificationsAsync()).Count);
    }

    [Fact]
    public async Task Two_Tokens_Are_Compared_On_One_Path_Whatever_Is_Sent()
    {
        const string next = "token-9876543210-zyxwvutsrqponmlk~B";
        await using var host = ApiHost.With(("Notifications:PathTokens:1", next));

        var statuses = new List<int>();
        foreach (var token in new[] { Token, next, Token[..^1] + "B", next[..^1] + "A", Token + next, "" })
            statuses.Add((await host.CallbackAsync(Calls.Notification("KYC Approved"), token)).Status);

        Assert.Equal([200, 200, 401, 401, 401, 401], statuses);
        Assert.All(host.Logs.Own, line => Assert.DoesNotContain("~", line.Message, StringComparison.Ordinal));
    }

    private static async Task<int> PostAsync(ApiHost host, string target)
    {
        var address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        var body = Calls.Notification("KYC Approved");
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes(
                $"POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
