namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>Our endpoints, who may call them, every status that they can answer with, and the words of their answers.</summary>
internal sealed record EndpointFacts(
    string Source,
    IReadOnlyList<DocumentedEndpoint> Built,
    IReadOnlyList<DocumentedEndpoint> NotYet,
    IReadOnlyList<int> NotYetAnswers,
    IReadOnlyList<string> Statuses,
    IReadOnlyList<string> Dispositions,
    IReadOnlyList<string> Sources,
    PageLimit Limit)
{
    public static EndpointFacts Documented { get; } = Facts.Read<EndpointFacts>("endpoints");
}

internal sealed record DocumentedEndpoint(string Method, string Path, string? Policy = null, IReadOnlyList<int>? Answers = null)
{
    public override string ToString() => $"{Method} {Path}";
}

internal sealed record PageLimit(int Min, int Max, int Default);
