using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// Logs of what <see cref="InjectionTests"/> sends, at every level, as the process writes them: a caller can forge no line
/// and send no command to a terminal.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed partial class LogForgeryTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Nobody_Writes_A_Line_Of_The_Log_But_The_Service(string environment)
    {
        using var console = new ConsoleCapture();
        using var server = new InjectionTests.Observing(
            ("environment", environment),
            ("Serilog:MinimumLevel:Default", "Verbose"),
            ("Serilog:MinimumLevel:Override:Microsoft", "Verbose"),
            ("Serilog:MinimumLevel:Override:System", "Verbose"));
        await server.InitializeAsync();
        foreach (var input in StringInputs.Harmless.Keys)
        {
            foreach (var payload in InjectionTests.Payloads.Where(
                text => text.Contains('{', StringComparison.Ordinal) || text.Any(character => character is < ' ' or > '~')))
            {
                if (input.StartsWith("create", StringComparison.Ordinal))
                    server.Host.Finnet.Issues();
                await StringInputs.SendAsync(server.Host, input, payload);
            }
        }

        await server.DisposeAsync();
        var log = console.Output;

        // The escaped texts are there, so the search would find unescaped ones.
        Assert.Contains(
            "planted\\u000D\\u000A" + InjectionTests.ForgedLine,
            environment == "Production" ? JsonText(log) : log,
            StringComparison.Ordinal);
        Assert.Empty(log.EnumerateRunes().Where(rune => rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format)
                .Select(rune => $"U+{rune.Value:X4} {Around(log, rune)}"));
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(
                environment == "Production"
                ? IsOwnJson(line)
                : OwnLine().IsMatch(line) || !line.Contains("planted", StringComparison.OrdinalIgnoreCase),
                line);
    }

    private static string Around(string log, Rune rune) =>
        log.IndexOf(rune.ToString(), StringComparison.Ordinal) is var at ? log[Math.Max(0, at - 200)..at] : "";

    private static bool IsOwnJson(string line) => JsonDocument.Parse(line).RootElement is var json
        && json.TryGetProperty("MessageTemplate", out _) && json.GetProperty("Properties").TryGetProperty("SourceContext", out _);

    private static string JsonText(string log) => string.Join('\n', log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("RenderedMessage").GetString()));

    // Some of the framework's messages have more than one line.
    [GeneratedRegex(
        "^[0-9]{2}:[0-9]{2}:[0-9]{2} (VRB|DBG|INF|WRN|ERR) (?!planted)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnLine();
}
