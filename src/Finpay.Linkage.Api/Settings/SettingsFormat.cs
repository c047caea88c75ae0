using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace Finpay.Linkage.Api.Settings;

/// <summary>
/// Looks whether every value of a section can be read as the type of its option. The configuration binder stops at the first that can't,
/// and silently skips one inside a list, which may be a callback check.
/// </summary>
internal static class SettingsFormat
{
    public static void Check(IConfiguration section, Type type, ICollection<(string Key, string What)> failures)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var child = section.GetSection(property.Name);
            if (child.Exists())
                CheckValue(child, property.PropertyType, failures);
        }
    }

    /// <summary>Keys that no option has, mistyped perhaps. At the root they may be anybody's.</summary>
    public static IEnumerable<string> Unknown(IConfiguration section, Type type) => section.GetChildren().SelectMany(child =>
        type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property
            ? UnknownBelow(child, property.PropertyType)
            : section is IConfigurationSection ? [child.Path] : []);

    private static IEnumerable<string> UnknownBelow(IConfigurationSection section, Type type) =>
        IsList(type) ? section.GetChildren().SelectMany(item => UnknownBelow(item, type.GetGenericArguments()[0]))
        : IsLeaf(type) || type.IsEnum || Nullable.GetUnderlyingType(type) is not null ? []
        : Unknown(section, type);

    private static void CheckValue(IConfigurationSection section, Type type, ICollection<(string Key, string What)> failures)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var path = section.Path;
        if (IsList(type))
        {
            if (!string.IsNullOrEmpty(section.Value))
                failures.Add((path, $"is a list: {path}:0, {path}:1, …"));
            foreach (var item in section.GetChildren())
                CheckValue(item, type.GetGenericArguments()[0], failures);
        }
        else if (type.IsEnum)
        {
            if (!Enum.GetNames(type).Contains(section.Value, StringComparer.OrdinalIgnoreCase))
                failures.Add((path, $"must be one of {string.Join(", ", Enum.GetNames(type))}"));
        }
        else if (IsLeaf(type))
        {
            if (section.Value is not null && !CanRead(type, section.Value))
                failures.Add((path, Form(type)));
        }
        else
        {
            Check(section, type, failures);
        }
    }

    private static bool IsList(Type type) => type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(Uri) || type == typeof(Secret);

    private static bool CanRead(Type type, string text)
    {
        if (type == typeof(string) || type == typeof(Secret))
            return true;
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out _);
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Form(Type type) =>
        type == typeof(TimeSpan) ? "must be a time span, [d.]hh:mm:ss"
        : type == typeof(Uri) ? "must be an absolute URL"
        : type == typeof(bool) ? "must be true or false"
        : "must be a whole number in range";
}
