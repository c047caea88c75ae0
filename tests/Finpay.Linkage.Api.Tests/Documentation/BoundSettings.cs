using System.Collections;
using System.Globalization;
using System.Reflection;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>A setting that the service reads: its key, its type, and its default as configuration text.</summary>
internal sealed record BoundSetting(string Key, Type Type, string? Default);

/// <summary>Every setting of every options class that the service binds, found by reflection.</summary>
internal static class BoundSettings
{
    public static IReadOnlyList<BoundSetting> Read() => [.. WebApplication.CreateBuilder().AddLinkage().Services
        .Where(service => service.ServiceType.IsGenericType
            && service.ServiceType.GetGenericTypeDefinition() == typeof(IConfigureOptions<>))
        .Select(service => service.ServiceType.GetGenericArguments()[0])
        .Where(IsOurs)
        .Distinct()
        .SelectMany(type => Members(Activator.CreateInstance(type)!, SectionOf(type)))
        // Bound for each merchant of the settings, here none; the rest of its section is what Finnet has.
        .Concat(Members(new MerchantNotificationOptions(), "Merchants:<name>:Notifications:"))];

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("Finpay.Linkage", StringComparison.Ordinal) == true;

    // ApiKeys is a list at the root, so its class has no section.
    private static string SectionOf(Type type) => type.GetField("SectionName")?.GetRawConstantValue() is string name ? name + ":" : "";

    private static IEnumerable<BoundSetting> Members(object options, string parent) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite || IsList(property.PropertyType) || IsSection(property.PropertyType))
        .SelectMany(property => Setting(parent + property.Name, property.PropertyType, property.GetValue(options)));

    private static IEnumerable<BoundSetting> Setting(string key, Type declared, object? value)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (IsList(type))
            return Setting(key + ":<n>", type.GetGenericArguments()[0], null);
        if (IsSection(type))
            return Members(value ?? Activator.CreateInstance(type)!, key + ":");
        return [new BoundSetting(key, type, Text(value))];
    }

    private static bool IsSection(Type type) => IsOurs(type) && !type.IsEnum && type != typeof(Secret);

    private static bool IsList(Type type) => type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type);

    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
