using System.Net;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Browser;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>A token opens one upgrade for an hour, and nothing else opens it.</summary>
public sealed class BrowserTokenTests
{
    private const string OtherReference = "another-reference-1";
    private static readonly string OtherKey = Convert.ToBase64String(SHA256.HashData("another lookup key"u8));

    [Fact]
    public async Task A_Merchant_Gets_A_Token_For_Its_Own_Upgrade()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();

        var issued = await host.Merchant.IssueTokenAsync();

        Assert.Equal(201, issued.Status);
        Assert.Equal("no-store", issued.Headers["Cache-Control"]);
        Assert.Equal((Page.Status, Page.Events), (issued["statusUrl"], issued["eventsUrl"]));
        var expiresAt = issued.Json.GetProperty("expiresAt").GetDateTimeOffset();
        Assert.InRange(host.Clock.GetUtcNow().AddHours(1) - expiresAt, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(Calls.Reference, issued["token"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await host.AskAsync(issued["token"])).Status);
    }

    [Fact]
    public async Task Behind_A_Proxy_The_Paths_Begin_Where_The_Service_Does()
    {
        await using var host = await ApiHost.With(("ForwardedHeaders:KnownProxies:0", "10.0.0.1")).WithUpgradeAsync();
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");
        var client = host.Merchant;
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        client.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/linkage");

        Assert.Equal("/linkage" + Page.Events, (await client.IssueTokenAsync())["eventsUrl"]);
    }

    [Fact]
    public async Task Nobody_Else_Gets_One_But_Operators_And_That_Is_Audited()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();

        Assert.Equal(
            (404, 404, 401, 201),
            ((await host.Other.IssueTokenAsync()).Status, (await host.Merchant.IssueTokenAsync(OtherReference)).Status,
                (await host.Anonymous.IssueTokenAsync()).Status, (await host.Ops.IssueTokenAsync()).Status));
        // Nobody waits for the line of a read.
        IEnumerable<string> lines = [];
        while (!lines.Contains("operators readUpgrade"))
            lines = (await host.Ops.GetAnswerAsync("/v1/audit")).Items
                .Select(line => $"{line.GetProperty("actor")} {line.GetProperty("action")}").ToList();
    }

    [Fact]
    public async Task There_Is_None_For_A_Redacted_Upgrade_And_One_From_Before_Shows_No_Personal_Data()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();
        await host.NotifyAsync("KYC Rejected", message: "because of Budi");
        await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", "");

        var refused = await host.Merchant.IssueTokenAsync();
        var status = await host.AskAsync(token);

        Assert.Equal((409, "reference-redacted"), (refused.Status, refused.Problem));
        Assert.Equal((200, "rejected", null), (status.Status, status["status"], status["kycMessage"]));
    }

    [Fact]
    public async Task A_Token_That_Is_Altered_Anywhere_Opens_Nothing()
    {
        await using var host = await ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "0")).WithUpgradeAsync();
        var token = await host.TokenAsync();
        var tokens = host.Services.GetRequiredService<BrowserTokens>();

        Assert.NotNull(tokens.Read(token));
        for (var place = 0; place < token.Length; place++)
        {
            // Every other letter: of those at the end, some have the same bytes.
            foreach (var letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ".Where(one => one != token[place]))
                Assert.Null(tokens.Read(token[..place] + letter + token[(place + 1)..]));
            Assert.Null(tokens.Read(token[..place]));
        }

        Assert.All(["A", "=", "==", " ", "\n", "AAAA"], more => Assert.Null(tokens.Read(token + more)));
        Assert.Equal(401, (await host.AskAsync(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'))).Status);
    }

    [Fact]
    public async Task A_Token_Of_Another_Reference_Purpose_Or_Key_Opens_Nothing()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        host.Finnet.Issues();
        await host.CreateAsync(OtherReference, "081295288913");
        var mine = System.Buffers.Text.Base64Url.DecodeFromChars(await host.TokenAsync());
        var other = System.Buffers.Text.Base64Url.DecodeFromChars(await host.TokenAsync(OtherReference));
        var key = Convert.FromBase64String(TestSettings.LookupKey);
        byte[] signed = [.. mine[..8], .. Encoding.UTF8.GetBytes(Calls.Reference)];
        byte[][] forged =
        [
            // My signature, the other's reference; and the other way round.
            [.. mine[..40], .. other[40..]], [.. other[..40], .. mine[40..]],
            // The lookup key itself, and the key of another purpose.
            [.. mine[..8], .. HMACSHA256.HashData(key, signed), .. mine[40..]],
            [.. mine[..8], .. HMACSHA256.HashData(new LookupHash(key, null).Compute("cursor"), signed), .. mine[40..]],
            [.. mine[..8], .. HMACSHA256.HashData(SHA256.HashData("a guess"u8), signed), .. mine[40..]],
        ];

        Assert.All(forged, bytes => Assert.Null(
            host.Services.GetRequiredService<BrowserTokens>().Read(System.Buffers.Text.Base64Url.EncodeToString(bytes))));
        var page = await host.Ops.GetAnswerAsync("/v1/account-upgrades?limit=1");
        Assert.Equal(401, (await host.AskAsync(page["nextCursor"])).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer {token},Bearer {token}")]
    [InlineData("{token}")]
    [InlineData("Bearer " + TestSettings.MerchantKey)]
    public async Task Without_Its_Token_In_The_Header_A_Page_Gets_401(string? header)
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();

        foreach (var path in new[] { Page.Status, Page.Events })
        {
            var answer = await host.AskAsync(
                null, $"{path}?token={token}&access_token={token}",
                ("Authorization", header?.Replace("{token}", token, StringComparison.Ordinal)), ("X-Api-Key", TestSettings.OpsKey));

            Assert.Equal((401, "browser-token", "Bearer"), (answer.Status, answer.Problem, answer.Headers["WWW-Authenticate"]));
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        }

        Assert.Equal(200, (await host.AskAsync(null, Page.Status, ("Authorization", $"bearer {token}"))).Status);
    }

    [Fact]
    public async Task A_Token_Opens_Nothing_Of_V1()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();

        Assert.Equal(401, (await host.AskAsync(token, $"/v1/account-upgrades/{Calls.Reference}")).Status);
        Assert.Equal(401, (await host.AskAsync(null, $"/v1/account-upgrades/{Calls.Reference}", ("X-Api-Key", token))).Status);
    }

    [Fact]
    public async Task It_Ends_With_Its_Lifetime()
    {
        await using var host = await ApiHost.With(("Browser:TokenLifetime", "00:10:00")).WithUpgradeAsync();
        var issued = await host.Merchant.IssueTokenAsync();
        var ends = issued.Json.GetProperty("expiresAt").GetDateTimeOffset();

        host.Clock.AdjustTime(ends.AddMilliseconds(-1));
        Assert.Equal(200, (await host.AskAsync(issued["token"])).Status);
        host.Clock.AdjustTime(ends);
        foreach (var path in new[] { Page.Status, Page.Events })
            Assert.Equal(401, (await host.AskAsync(issued["token"], path)).Status);
    }

    [Fact]
    public async Task While_The_Lookup_Key_Is_Replaced_Tokens_Of_Both_Keys_Are_Good()
    {
        await using var host = await new ApiHost().KeepingData().WithUpgradeAsync();
        var ofOld = await host.TokenAsync();
        await host.DisposeAsync();
        await using var reading = host.Successor(("Storage:Encryption:PreviousLookupKey", OtherKey)).KeepingData();
        Assert.Equal(200, (await reading.AskAsync(ofOld)).Status);
        await reading.DisposeAsync();
        await using var writing = reading.Successor(
            ("Storage:Encryption:LookupKey", OtherKey), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey)).KeepingData();
        var ofNew = await writing.TokenAsync();
        Assert.Equal((200, 200), ((await writing.AskAsync(ofOld)).Status, (await writing.AskAsync(ofNew)).Status));
        await writing.DisposeAsync();
        await using var ended = writing.Successor(("Storage:Encryption:LookupKey", OtherKey));

        Assert.Equal((401, 200), ((await ended.AskAsync(ofOld)).Status, (await ended.AskAsync(ofNew)).Status));
    }

    [Fact]
    public async Task A_Token_May_Call_Five_Times_A_Second()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var (token, other) = (await host.TokenAsync(), "");
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        other = await host.TokenAsync();
        for (var number = 0; number < 5; number++)
            Assert.Equal(200, (await host.AskAsync(token)).Status);

        var limited = await host.AskAsync(token);

        Assert.Equal((429, "too-many-requests", "1"), (limited.Status, limited.Problem, limited.Headers["Retry-After"]));
        Assert.Equal(429, (await host.AskAsync(token, Page.Events)).Status);
        Assert.Equal(200, (await host.AskAsync(other)).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await host.AskAsync(token)).Status);
    }

    [Fact]
    public async Task A_Source_Of_Wrong_Tokens_Has_To_Wait_And_A_Good_Token_Never_Has_To()
    {
        await using var host = await ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "3")).WithUpgradeAsync();
        var token = await host.TokenAsync();
        host.RemoteAddress = IPAddress.Parse("203.0.113.7");

        var statuses = new List<int>();
        for (var number = 0; number < 5; number++)
            statuses.Add((await host.AskAsync("wrong" + number)).Status);

        Assert.Equal([401, 401, 401, 429, 429], statuses);
        Assert.Equal(200, (await host.AskAsync(token)).Status);
        Assert.Single(host.Logs.Own, line => line.Id.Id == 1601);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Message.Contains(token, StringComparison.Ordinal));
        host.RemoteAddress = IPAddress.Parse("203.0.113.8");
        Assert.Equal(401, (await host.AskAsync("wrong")).Status);
        // Finnet's callbacks have a limit of their own.
        host.RemoteAddress = IPAddress.Parse("203.0.113.7");
        Assert.Equal(401, (await host.CallbackAsync(Calls.Notification("KYC Approved"), "a-token-that-is-wrong-0123456789abcdef")).Status);
    }
}
