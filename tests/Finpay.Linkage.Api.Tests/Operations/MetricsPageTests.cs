using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Tests.Documentation;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>docs/operations.md lists every metric of the service and of its client library.</summary>
public sealed class MetricsPageTests
{
    private const string Begin = "<!-- metrics: made from the code; LINKAGE_UPDATE_DOCS=1 dotnet test rewrites it -->";
    private const string End = "<!-- end of metrics -->";

    // «{call}» is a word for people; «1» is a truth value.
    private static readonly char[] Braces = ['{', '}'];

    [Fact]
    public async Task The_Page_Has_Every_Metric_With_Its_Meaning()
    {
        var rows = (await PublishedAsync()).OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => $"| `{one.Name}` | {one.Unit?.Trim(Braces)} | {one.Description} |");
        var table = $"\n| metric | unit | meaning |\n|---|---|---|\n{string.Join('\n', rows)}\n";

        if (Document.IsUpdating)
            Document.Operations.Replace(Begin, End, table);
        Assert.Equal(table, Document.Operations.Between(Begin, End));
    }

    // Each has a unit and a sentence.
    private static async Task<IReadOnlyList<Instrument>> PublishedAsync()
    {
        var found = new List<Instrument>();
        // Its readiness gauge is there only while somebody looks.
        await using var host = ApiHost.With(("Telemetry:Prometheus", "true"));
        host.Finnet.Issues();
        await host.CreateAsync();
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name.StartsWith("Finpay.Linkage", StringComparison.Ordinal)
                && ReferenceEquals(instrument.Meter.Scope, factory))
                found.Add(instrument);
        };
        listener.Start();
        Assert.All(found, one => Assert.NotNull(one.Unit));
        Assert.All(found, one => Assert.EndsWith(".", one.Description, StringComparison.Ordinal));
        return found;
    }
}
