using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>What all commands have in common, and the command <c>key</c>.</summary>
public sealed partial class ToolProgramTests
{
    private static readonly string[] Commands = ["check", "backup", "redactions", "redact", "reencrypt", "diagnose", "key"];

    public static TheoryData<string> Names => [.. Commands];

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Help_Names_Every_Command(string argument)
    {
        var (exitCode, output, error) = await ToolRun.RunAsync([argument]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            Commands,
            output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]));
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Theory]
    [InlineData]
    [InlineData("chek")]
    [InlineData("--Finnet:MerchantPassword=planted", "check")]
    public async Task Without_A_Command_It_Says_Which_There_Are(params string[] args)
    {
        var (exitCode, output, error) = await ToolRun.RunAsync(args);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("check ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_Command_Has_Its_Help(string command)
    {
        var (exitCode, output, error) = await ToolRun.RunAsync([command, "--help"]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith($"tool {command}", output, StringComparison.Ordinal);
        Assert.Contains("Settings are the service's", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_Can_Not_Be_Read_Is_Refused_And_Not_Repeated(string command)
    {
        var (exitCode, output, error) = await ToolRun.RunAsync([command, "FILE=x", "planted"]);

        Assert.Equal((2, "", "Argument 3 can't be read. Settings are given as --Section:Key=value."), (exitCode, output, error.TrimEnd()));
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("redactions")]
    [InlineData("redact")]
    [InlineData("diagnose")]
    public async Task A_File_Is_Asked_For(string command)
    {
        Assert.Equal(2, (await ToolRun.RunAsync([command])).ExitCode);
        Assert.StartsWith(
            $"Say which file: tool {command} FILE",
            (await ToolRun.RunAsync([command, "--Storage:DataFolder=x"])).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup", "FILE")]
    [InlineData("reencrypt")]
    public async Task A_Wrong_Setting_Is_Named_Without_Its_Value(params string[] command)
    {
        var (exitCode, _, error) = await ToolRun.RunAsync([.. command, "--Storage:Provider=planted"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("Storage:Provider: must be one of", error, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Key_Works_With_The_Settings_That_Are_Printed()
    {
        var (exitCode, output, error) = await ToolRun.RunAsync(["key"]);

        Assert.Equal((0, ""), (exitCode, error));
        var settings = Setting().Matches(output).ToDictionary(
            match => match.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal), match => match.Groups["value"].Value);
        var key = Key().Match(output).Groups["key"].Value;
        await using var host = ApiHost.With([.. settings.Where(one => !one.Key.StartsWith("Events", StringComparison.Ordinal))
            .Select(one => (one.Key, (string?)one.Value))]);
        using var caller = host.CreateClient();
        caller.DefaultRequestHeaders.Add("X-Api-Key", key);
        Assert.Equal(404, (int)(await caller.GetAsync(new Uri("/v1/account-upgrades/unknown-reference", UriKind.Relative))).StatusCode);
        caller.DefaultRequestHeaders.Remove("X-Api-Key");
        caller.DefaultRequestHeaders.Add("X-Api-Key", settings["ApiKeys:0:Sha256"]);
        Assert.Equal(401, (int)(await caller.GetAsync(new Uri("/v1/account-upgrades/unknown-reference", UriKind.Relative))).StatusCode);
        Assert.StartsWith("whsec_", settings["Events:Endpoints:0:Secrets:0"], StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(settings["Events:Endpoints:0:Secrets:0"]["whsec_".Length..]).Length);
    }

    [Fact]
    public async Task Every_Key_Is_Another_One()
    {
        var (first, second) = ((await ToolRun.RunAsync(["key"])).Output, (await ToolRun.RunAsync(["key"])).Output);

        var secrets = Secret().Matches(first).Select(match => match.Value).ToList();
        Assert.Equal(4, secrets.Distinct(StringComparer.Ordinal).Count());
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, second, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        "^(?<key>[A-Za-z0-9_]+)=(?<value>.+?)\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    [GeneratedRegex("^# (?<key>[0-9a-f]{64})\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex("[0-9a-f]{64}|whsec_[A-Za-z0-9+/=]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
