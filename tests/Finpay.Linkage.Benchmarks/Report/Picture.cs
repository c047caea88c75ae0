using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>The results as bars, SVG. It brings its own ground, so that it is readable on a light page and on a dark one.</summary>
internal static class Picture
{
    private const int Width = 840;
    private const int Left = 264;
    private const int Right = 736;
    private const int BarHeight = 18;
    private const int BarStep = 26;

    private const string Style = """
          <style>
            text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
            .title { font-weight: 600; font-size: 14px; }
            .note { fill: #59636e; font-size: 12px; }
            .ground { fill: #ffffff; stroke: #d1d9e0; }
            .ours { fill: #0969da; }
            .other { fill: #afb8c1; }
            .range { stroke: #59636e; stroke-width: 1.5; }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc; }
              .note { fill: #9198a1; }
              .ground { fill: #0d1117; stroke: #3d444d; }
              .ours { fill: #4493f8; }
              .other { fill: #656c76; }
              .range { stroke: #d1d7e0; }
            }
          </style>

        """;

    public static string Draw(Measurements results)
    {
        var body = new StringBuilder();
        var y = 12;
        foreach (var chart in Charts(results))
            y = Draw(body, chart, y);
        var versions = string.Join(", ", results.Parts.Values.Select(part => part.Version).Distinct(StringComparer.Ordinal));
        Text(
            body, 20, y + 18, "note",
            "Medians; the thin line is where the rounds lay between. Load, Finnet and servers share the machine.");
        Text(body, 20, y + 36, "note", $"{results.Parts.Values.First().Machine}; version {versions}.");
        var height = y + 52;
        var size = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\"");
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="What was measured, as bars">
            {Style}  <rect class="ground" x="0.5" y="0.5" width="{Width - 1}" height="{height - 1}" rx="8"/>
            {body}</svg>

            """).ReplaceLineEndings("\n");
    }

    private static IEnumerable<Chart> Charts(Measurements results)
    {
        if (results.Parts.TryGetValue(Names.ImagesPart, out var images))
        {
            yield return new Chart(
                "Creates with two images, requests/s (more is better)",
                "8 connections, bodies of 1.87 MB. Finpay.Linkage checks, logs and commits twice to disk; the others do none of it.",
                Bars(images, Names.Linkage, Names.Forwarder, Names.Fastify, Names.FastifyTwice)
                    .OrderByDescending(bar => bar.Samples.Median));
        }

        if (results.Parts.TryGetValue(Names.CreatesPart, out var creates))
        {
            yield return new Chart(
                "Creates without images, requests/s (more is better)",
                "32 connections. Finpay.Linkage commits twice to disk; the others store nothing, unless rows are named.",
                Bars(creates, Names.Linkage, Names.Forwarder, Names.Fastify, Names.FastifyTwice, Names.FastifyRows, Names.FastifyRowsTwice)
                    .OrderByDescending(bar => bar.Samples.Median));
        }

        if (results.Parts.TryGetValue(Names.StartPart, out var start))
        {
            yield return new Chart(
                "Process start until the first create is answered, ms (less is better)",
                "Compiled ahead as in the image, and without.",
                [new Bar(Names.Linkage, start[Names.FirstCreate]), new Bar("without", start[Names.Plain(Names.FirstCreate)])]);
        }
    }

    private static IEnumerable<Bar> Bars(PartResults part, params string[] names) => names.Select(name => new Bar(name, part[name]));

    private static int Draw(StringBuilder body, Chart chart, int top)
    {
        var y = top + 22;
        Text(body, 20, y, "title", chart.Title);
        y += 19;
        Text(body, 20, y, "note", chart.Note);
        y += 10;
        var scale = (Right - Left) / chart.Bars.Max(bar => bar.Samples.Most);
        foreach (var bar in chart.Bars)
        {
            var (least, median, most) = (Left + (bar.Samples.Least * scale), Left + (bar.Samples.Median * scale), Left
                + (bar.Samples.Most * scale));
            var middle = y + (BarHeight / 2);
            Text(body, Left - 10, middle + 4.5, bar.IsOurs ? "title" : "", bar.Name, "end");
            var kind = bar.IsOurs ? "ours" : "other";
            Append(
                body,
                $"""  <rect class="{kind}" x="{Left}" y="{y}" width="{median - Left:0.#}" height="{BarHeight}" rx="2"/>""");
            Append(
                body,
                $"""  <path class="range" d="M{least:0.#} {middle}H{most:0.#}M{least:0.#} {middle - 4}v8M{most:0.#} {middle - 4}v8"/>""");
            Text(body, Math.Max(median, most) + 8, middle + 4.5, bar.IsOurs ? "title" : "", bar.Samples.Median.ToString(
                "#,0", CultureInfo.InvariantCulture));
            y += BarStep;
        }

        return y + 8;
    }

    private static void Text(StringBuilder body, double x, double y, string style, string text, string anchor = "start")
    {
        var attributes = (style.Length > 0 ? $" class=\"{style}\"" : "") + (anchor == "start" ? "" : $" text-anchor=\"{anchor}\"");
        Append(body, $"""  <text{attributes} x="{x:0.#}" y="{y:0.#}">{System.Security.SecurityElement.Escape(text)}</text>""");
    }

    private static void Append(StringBuilder body, FormattableString line) =>
        body.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed record Bar(string Name, Samples Samples)
    {
        public bool IsOurs => Name == Names.Linkage;
    }

    private sealed record Chart(string Title, string Note, IEnumerable<Bar> Bars);
}
