using System.Reflection;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The repository that these tests were built from.</summary>
public static class SourceTree
{
    public static string Root { get; } =
        Path.GetFullPath(typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SourceRoot").Value!);

    /// <summary>The files of the product's code, by their path from the root.</summary>
    public static IEnumerable<(string Name, string Text)> Code(string project) => Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(name => !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal))
        .Select(name => (name, File.ReadAllText(Path.Combine(Root, name))));
}
