using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>How the operators' console is served, and what its files must not have.</summary>
public sealed partial class OpsConsoleTests
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";

    private static readonly string Folder = Path.Combine(SourceTree.Root, "src", "Finpay.Linkage.Api", "Operations", "Console");

    private static IEnumerable<string> Own => Directory.GetFiles(Folder)
        .Where(file => !Path.GetFileName(file).StartsWith("uPlot.", StringComparison.Ordinal));

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)), ""];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_File_Has_Its_Type_And_The_Headers_Of_A_Strict_Page(string file)
    {
        await using var host = new ApiHost();

        var answer = await host.Anonymous.GetAnswerAsync($"/ops/{file}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            Path.GetExtension(file) switch { ".js" => "text/javascript", ".css" => "text/css", ".txt" => "text/plain", _ => "text/html" },
            answer.MediaType);
        Assert.Equal(Policy, answer.Headers["Content-Security-Policy"]);
        Assert.Equal(
            ("nosniff", "no-referrer", "no-store", "DENY"),
            (answer.Headers["X-Content-Type-Options"], answer.Headers["Referrer-Policy"], answer.Headers["Cache-Control"],
                answer.Headers["X-Frame-Options"]));
    }

    [Fact]
    public async Task Without_The_Slash_It_Leads_There_Behind_A_Prefix_Too()
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownProxies:0", "127.0.0.1"));
        host.RemoteAddress = System.Net.IPAddress.Loopback;
        using var client = host.CreateClient(new() { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ops");
        request.Headers.Add("X-Forwarded-Prefix", "/linkage");

        using var answer = await client.SendAsync(request);

        Assert.Equal(302, (int)answer.StatusCode);
        Assert.Equal("/linkage/ops/", answer.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("/ops/no-such-file.js")]
    [InlineData("/ops/main.js/")]
    [InlineData("/ops/..%2f..%2fappsettings.json")]
    [InlineData("/ops/console/main.js")]
    public async Task Nothing_Else_Is_Served(string path)
    {
        await using var host = new ApiHost();

        Assert.Equal(404, (await host.Anonymous.GetAnswerAsync(path)).Status);
        Assert.Equal(404, (await host.Anonymous.SendJsonAsync(HttpMethod.Post, "/ops/", "{}")).Status);
    }

    [Fact]
    public async Task It_Can_Be_Switched_Off()
    {
        await using var host = ApiHost.With(("Ops:Enabled", "false"));

        Assert.Equal(404, (await host.Anonymous.GetAnswerAsync("/ops/")).Status);
        Assert.Equal(404, (await host.Anonymous.GetAnswerAsync("/ops/main.js")).Status);
        Assert.Equal(200, (await host.Ops.GetAnswerAsync("/v1/stats")).Status);
    }

    [Fact]
    public void No_File_Of_Ours_Has_Inline_Code_Markup_From_Data_Or_Another_Host()
    {
        Assert.DoesNotMatch(
            @"\sstyle=|\son\w+=|<style|<script(?![^>]+src=)|javascript:", File.ReadAllText(Path.Combine(Folder, "index.html")));
        Assert.All(Own, file => Assert.DoesNotMatch(
            @"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|https?://", File.ReadAllText(file)));
    }

    [Fact]
    public void Every_Text_Is_There_In_Both_Languages()
    {
        var table = File.ReadAllText(Path.Combine(Folder, "text.js"));
        var known = Entry().Matches(table).Select(match => match.Groups["text"].Value).ToList();
        var used = Own.Where(file => !file.EndsWith("text.js", StringComparison.Ordinal))
            .SelectMany(file => Used().Matches(File.ReadAllText(file))).Select(match => match.Groups["text"].Value)
            // Names of ranges, which are not written as t("…").
            .Concat(["24h", "3d", "7d", "30d", "92d"]);

        Assert.Equal(used.Distinct().Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.All(Entry().Matches(table), match => Assert.Equal(
            Place().Matches(match.Groups["text"].Value).Select(place => place.Value).Order(StringComparer.Ordinal),
            Place().Matches(match.Groups["other"].Value).Select(place => place.Value).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void UPlot_Is_Unchanged_And_Says_Its_Version_And_Licence()
    {
        Assert.StartsWith(
            "/*! https://github.com/leeoniya/uPlot (v1.6.32) */", File.ReadAllText(Path.Combine(Folder, "uPlot.iife.min.js")));
        var licence = File.ReadAllText(Path.Combine(Folder, "uPlot.LICENSE.txt"));
        Assert.Contains("uPlot 1.6.32", licence, StringComparison.Ordinal);
        Assert.Contains("The MIT License", licence, StringComparison.Ordinal);
    }

    [GeneratedRegex("^  \"(?<text>[^\"]+)\": \"(?<other>[^\"]+)\",$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();

    [GeneratedRegex("""(\bt\(|data-(text|label)=)"(?<text>[^"]+)"[ >),/]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Used();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Place();
}
