using System.Diagnostics;

namespace Finpay.Linkage.Api;

/// <summary>The service's own spans and their source. They name codes and dispositions, nothing about a customer.</summary>
internal static class Spans
{
    /// <summary>Of the service's meter too.</summary>
    public const string Name = "Finpay.Linkage";

    private static readonly ActivitySource Source = new(Name);

    /// <returns>Null when nobody listens, which costs nothing.</returns>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(name, kind);
}
