using System.Globalization;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Http;

/// <summary>Configuration section <c>Kestrel:Limits</c>, of which Kestrel itself reads nothing.</summary>
public sealed class ConnectionOptions
{
    public const string SectionName = "Kestrel:Limits";

    // For the process itself, the database, and calls to Finnet.
    private const long Reserved = 384;

    /// <summary>Connections of callers; at most what the descriptors of the process allow, which is also the default.</summary>
    public long? MaxConcurrentConnections { get; set; }

    /// <summary>Callers must not take all descriptors: then no file and no connection could be opened any more.</summary>
    internal long? Effective(long? descriptors)
    {
        if (descriptors is not { } all)
            return MaxConcurrentConnections;
        var allowed = Math.Max(all / 2, all - Reserved);
        return Math.Min(MaxConcurrentConnections ?? allowed, allowed);
    }

    /// <summary>How many files and sockets the process may have open (RLIMIT_NOFILE); null: unlimited, or not known here.</summary>
    internal static long? Descriptors()
    {
        const string Limits = "/proc/self/limits";
        const string Name = "Max open files";
        var lines = File.Exists(Limits) ? File.ReadLines(Limits) : [];
        var line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        // .NET has raised the soft limit, which comes first, to the hard one.
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}

internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var failures = new SettingsFailures(ConnectionOptions.SectionName);
        if (options.MaxConcurrentConnections < 1)
            failures.Add(nameof(options.MaxConcurrentConnections), "must be at least 1");
        return failures.ToResult();
    }
}
