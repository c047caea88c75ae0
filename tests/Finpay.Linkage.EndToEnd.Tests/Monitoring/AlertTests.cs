using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.EndToEnd.Tests.Durability;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.EndToEnd.Tests.Monitoring;

/// <summary>The files in deploy/, with a real Prometheus and a real service.</summary>
public sealed class AlertTests : IDisposable
{
    // Of a feature that is built beside this one.

    private static readonly string Deploy = Path.Combine(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SourceRoot").Value!,
        "deploy");

    private readonly string folder = Directory.CreateTempSubdirectory("alerts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PrometheusFact]
    public async Task The_Rules_And_The_Configuration_Are_Valid()
    {
        var copy = Directory.CreateDirectory(Path.Combine(folder, "deploy")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Deploy, "prometheus")))
            await File.WriteAllTextAsync(
                Path.Combine(copy, Path.GetFileName(file)),
                (await File.ReadAllTextAsync(file)).Replace("/etc/linkage/ops-key", "ops-key", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(copy, "ops-key"), TestSettings.OpsKey);

        await PromtoolAsync(copy, "check", "rules", "alerts.yml");
        await PromtoolAsync(copy, "check", "config", "prometheus.yml");
    }

    [PrometheusFact]
    public async Task Each_Rule_Fires_Where_Its_Cause_Is_And_Not_Where_It_Is_Not() =>
        await PromtoolAsync(Path.Combine(Deploy, "prometheus"), "test", "rules", "alerts.test.yml");

    [Fact]
    public async Task Each_Rule_Has_A_Case_In_Which_It_Fires_And_One_In_Which_It_Does_Not_And_A_Row_In_The_Manual()
    {
        var rules = Found(await ReadAsync("prometheus/alerts.yml"), "alert: (?<found>\\w+)").ToList();
        var cases = await ReadAsync("prometheus/alerts.test.yml");
        var manual = await File.ReadAllTextAsync(Path.Combine(Deploy, "../docs/operations.md"));

        Assert.Equal(rules.Count, rules.Distinct(StringComparer.Ordinal).Count());
        Assert.All(rules, rule => Assert.Contains($"- alertname: {rule}\n", cases, StringComparison.Ordinal));
        Assert.All(rules, rule => Assert.Matches($"alertname: {rule}, eval_time: \\w+, exp_alerts: \\[\\]", cases));
        Assert.Equal(
            rules.Order(StringComparer.Ordinal),
            Found(manual, "\\n\\| `(?<found>Linkage\\w+)` \\|").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_Series_Of_The_Rules_And_The_Dashboard_Is_In_A_Real_Scrape()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var api = await StartAsync(finnet.Url, ("Events:Endpoints:0:Name", "shop"), ("Events:Endpoints:0:Url", "http://127.0.0.1:9/"),
            ("Events:Endpoints:0:Secrets:0", "whsec_" + Convert.ToBase64String(new byte[32])));
        await CreateAsync(api, "reference-of-the-scrape");
        await NotifyAsync(api, "reference-of-the-scrape", TestSettings.PathToken);
        await NotifyAsync(api, "reference-of-the-scrape", "wrong-token");
        await finnet.DisposeAsync();
        for (var call = 0; call < 12; call++)
            await CreateAsync(api, $"reference-in-vain-{call}");
        await UntilAsync(async () => (await ScrapeAsync(api)).ContainsKey("linkage_events_attempts_total"));
        var scraped = await ScrapeAsync(api);

        var used = new List<string>();
        foreach (var file in new[] { "prometheus/alerts.yml", "prometheus/alerts.test.yml", "grafana/linkage.json" })
            used.AddRange(Named(await ReadAsync(file)));
        var missing = used.Distinct(StringComparer.Ordinal)
            .Where(series => !IsThere(series)).ToList();

        Assert.True(used.Count > 60, $"{used.Count} series are named.");
        Assert.Empty(missing);

        // A name with its labels, «name label label»; the target's own labels are Prometheus's.
        bool IsThere(string series)
        {
            var parts = series.Split(' ');
            return scraped.TryGetValue(parts[0], out var labels) && parts.Skip(1).All(labels.Contains);
        }
    }

    /// <summary>What goes wrong is done to the service, one thing after the other, and each is told.</summary>
    [PrometheusFact]
    public async Task A_Real_Prometheus_Tells_What_Goes_Wrong_With_A_Real_Service()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var api = await StartAsync(finnet.Url);
        using var prometheus = await Prometheus.StartAsync(Path.Combine(Deploy, "prometheus"), folder, api.Address, TestSettings.OpsKey);

        for (var number = 0; number < 30; number++)
        {
            await CreateAsync(api, $"reference-that-goes-well-{number}");
            await NotifyAsync(api, $"reference-that-goes-well-{number}", TestSettings.PathToken);
        }

        await NotifyAsync(api, "reference-that-goes-well-1", "wrong-token");
        await prometheus.EvaluatesAsync(10);
        Assert.Equal(1, await prometheus.ValueAsync("linkage_ready"));
        Assert.Equal(30, await prometheus.ValueAsync("sum(linkage_creates_total{event=\"widgetIssued\"})"));
        Assert.Equal(1, await prometheus.ValueAsync("sum(linkage_callbacks_refused_total)"));
        Assert.Empty(await prometheus.FiringAsync());

        for (var number = 0; number < 60; number++)
            await NotifyAsync(api, "reference-that-goes-well-1", "wrong-token");
        await prometheus.UntilFiresAsync("LinkageCallbacksRefused");
        Assert.DoesNotContain("LinkageFinnetCircuitOpen", await prometheus.FiringAsync());

        await finnet.DisposeAsync();
        for (var number = 0; number < 30; number++)
            await CreateAsync(api, $"reference-in-vain-{number}");
        await prometheus.UntilFiresAsync("LinkageFinnetCircuitOpen");
        await prometheus.UntilFiresAsync("LinkageFinnetFailing");
        Assert.DoesNotContain("LinkageNotReady", await prometheus.FiringAsync());

        using (var other = new SqliteConnection($"Data Source={Path.Combine(folder, "linkage.db")};Pooling=False"))
        {
            other.Open();
            using var lockIt = other.CreateCommand();
            lockIt.CommandText = "BEGIN IMMEDIATE";
            lockIt.ExecuteNonQuery();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
                NotifyAsync(api, $"reference-that-is-locked-{number}", TestSettings.PathToken)));
            await prometheus.UntilFiresAsync("LinkageNotReady");
            await prometheus.UntilFiresAsync("LinkageCallbacksFailing");
        }

        Assert.DoesNotContain("LinkageDown", await prometheus.FiringAsync());
        await api.KillAsync();
        await prometheus.UntilFiresAsync("LinkageDown");
    }

    private static IEnumerable<string> Found(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["found"].Value);

    private static async Task<string> ReadAsync(string file) =>
        (await File.ReadAllTextAsync(Path.Combine(Deploy, file))).ReplaceLineEndings("\n");

    /// <returns>Each series of an expression or of a test with the labels that it names.</returns>
    private static IEnumerable<string> Named(string text) => Regex.Matches(
            text.Replace("\\\"", "\"", StringComparison.Ordinal),
            "\\b(?<name>(linkage|finnet|http|dotnet|kestrel)_[a-z_]+)(\\{(?<labels>[^}]*(\\{token\\}[^}]*)?)\\})?",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
        .Select(match => string.Join(' ', Found(match.Groups["labels"].Value, "(?<found>[a-z_]+)(=|!)")
            .Where(label => label is not ("instance" or "job"))
            .Prepend(match.Groups["name"].Value)))
        // Labels by which a sum is grouped stand alone.
        .Where(series => series.Split(' ')[0] is not ("http_route" or "http_response_status_code" or "finnet_outcome" or "finnet_retry"));

    private static async Task<IReadOnlyDictionary<string, HashSet<string>>> ScrapeAsync(ApiProcess api)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {TestSettings.OpsKey}");
        var text = await http.GetStringAsync(new Uri(api.Address, "/metrics"));
        var series = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var name = line.Split('{', ' ')[0];
            if (!series.TryGetValue(name, out var labels))
                series[name] = labels = new HashSet<string>(StringComparer.Ordinal);
            labels.UnionWith(Found(line, "(?<found>[a-z_]+)=\""));
        }

        return series;
    }

    private static Task<Reply> CreateAsync(ApiProcess api, string reference) => api.SendAsync(
        HttpMethod.Post, "/v1/account-upgrades", $$"""{"partnerReferenceNo":"{{reference}}","phoneNo":"081295288912"}""",
        TestSettings.MerchantKey);

    private static Task<Reply> NotifyAsync(ApiProcess api, string reference, string token) => api.SendAsync(
        HttpMethod.Post,
        $"/callbacks/finnet/kyc/{token}",
        $$"""
        {"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"{{reference}}",
        "phoneNo":"6281295288912","merchantId":"{{TestSettings.MerchantId}}"}
        """);

    private static async Task UntilAsync(Func<Task<bool>> happens)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await happens())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It did not happen.");
            await Task.Delay(100);
        }
    }

    private static async Task PromtoolAsync(string workingFolder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Prometheus.Program("promtool")!, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    private async Task<ApiProcess> StartAsync(Uri finnet, params (string Key, string? Value)[] changes)
    {
        var settings = ApiFleet.Settings(finnet, folder);
        settings["Telemetry:Prometheus"] = "true";
        foreach (var (key, value) in changes)
            settings[key] = value;
        var api = new ApiProcess("api", settings);
        await api.StartAsync();
        return api;
    }
}
