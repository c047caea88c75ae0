using System.Text.Json;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Finnet's field table of the widget request and the members of its answer.</summary>
internal sealed record WidgetFields(
    string Source, IReadOnlyList<WidgetField> Fields, NationalityWords Nationality, IReadOnlyList<string> Response)
{
    public static WidgetFields Documented { get; } = Facts.Read<WidgetFields>("widget-fields");

    public WidgetField this[string name] => Fields.Single(field => field.Name == name);

    /// <summary>Every member of an object, the members of members included, in their order.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Walk(JsonElement element, string parent = "") => element.EnumerateObject()
        .SelectMany(member =>
    {
        var name = parent + member.Name;
        var own = new[] { (name, member.Value) };
        return member.Value.ValueKind == JsonValueKind.Object ? own.Concat(Walk(member.Value, name + ".")) : own;
    });
}

internal sealed record WidgetField(string Name, string Type, string Need, int? Min, int? Max, bool Encrypted, string Request)
{
    public string Parent => Name.Contains('.', StringComparison.Ordinal) ? Name[..Name.LastIndexOf('.')] : "";

    /// <summary>As the table says it.</summary>
    public string Length => (Min, Max) switch
    {
        (null, null) => "",
        (null, _) => $"≤{Max}",
        _ => $"{Min}–{Max}",
    };

    public bool IsOfType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Type == "string",
        JsonValueKind.True or JsonValueKind.False => Type == "boolean",
        JsonValueKind.Object => Type == "object",
        _ => false,
    };
}

internal sealed record NationalityWords(IReadOnlyList<string> Wire, IReadOnlyList<string> TakenForWni);
