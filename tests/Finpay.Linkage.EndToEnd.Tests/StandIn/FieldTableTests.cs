using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Judging;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>The judge's list of fields equals Finnet's table.</summary>
public sealed class FieldTableTests
{
    [Fact]
    public void The_Judge_Knows_The_Documented_Fields() => Assert.Equal(Documented(), FieldTable.All.Select(rule => (
        rule.Path,
        rule.Kind switch { JsonValueKind.Object => "object", JsonValueKind.True => "boolean", _ => "string" },
        rule.Need == Need.Mandatory,
        rule.Encrypted,
        rule.Max == 0 ? null : (int?)rule.Max)));

    [Fact]
    public void Lengths_Begin_Where_The_Table_Says() => Assert.Equal((10, 10), (Rule("partnerReferenceNo").Min, Rule("phoneNo").Min));

    private static FieldRule Rule(string path) => FieldTable.All.Single(rule => rule.Path == path);

    private static IEnumerable<(string Path, string Type, bool Mandatory, bool Encrypted, int? Max)> Documented()
    {
        using var stream = typeof(FieldTableTests).Assembly.GetManifestResourceStream("widget-fields.json")!;
        return [.. JsonNode.Parse(stream)!["fields"]!.AsArray().Select(field => (
            (string)field!["name"]!, (string)field["type"]!, (string)field["need"]! == "M", (bool)field["encrypted"]!,
            (int?)field["max"]))];
    }
}
