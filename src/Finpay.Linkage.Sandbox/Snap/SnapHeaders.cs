using Finpay.Linkage.Sandbox.Judging;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>The headers of one request and their problems, in the order in which they were found.</summary>
/// <param name="headers">The headers as received.</param>
/// <param name="service">The service's two digits in a response code.</param>
internal sealed class SnapHeaders(IHeaderDictionary headers, string service)
{
    private readonly List<Problem> problems = [];

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>The value. If it is missing or malformed, adds a problem and returns null.</summary>
    public string? Read(string name, Func<string, string?> check)
    {
        var values = headers[name];
        if (string.IsNullOrWhiteSpace(values.ToString()))
            problems.Add(Problem.Missing(name, service));
        else if (values.Count > 1)
            problems.Add(Problem.Format(name, "is there twice", service));
        else if (check(values[0]!) is { } problem)
            problems.Add(Problem.Format(name, problem, service));
        else
            return values[0];

        return null;
    }

    /// <summary>Adds a problem if a well-formed value is not the expected one.</summary>
    public void Compare(string name, string? value, string known)
    {
        if (value is not null && value != known)
            Refuse(name, $"is not the one that Finnet knows, {known}");
    }

    public void Refuse(string name, string? reason, string? shown = null)
    {
        if (reason is not null)
            problems.Add(Problem.Unauthorized(name, reason, shown ?? name, service));
    }

    public void Add(Problem problem) => problems.Add(problem);
}
