namespace Finpay.Linkage.Api.GoLive;

internal enum Level
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Right for some, wrong for most: somebody has to look at it.</summary>
    Warning,

    /// <summary>The service would not start, would lose or leak something, or would be of no use.</summary>
    Failure,
}

/// <summary>One line of the report. Its text names settings, hosts, files and figures; never a secret.</summary>
internal sealed record Finding(string Check, Level Level, string Text)
{
    public static Finding Ok(string check, string text) => new(check, Level.Ok, text);

    public static Finding Warning(string check, string text) => new(check, Level.Warning, text);

    public static Finding Failure(string check, string text) => new(check, Level.Failure, text);
}

internal static class FindingExtensions
{
    /// <summary>What is said when nothing was found.</summary>
    public static IEnumerable<Finding> Or(this IEnumerable<Finding> findings, params IEnumerable<Finding> otherwise)
    {
        var found = findings.ToList();
        return found.Count > 0 ? found : otherwise;
    }
}
