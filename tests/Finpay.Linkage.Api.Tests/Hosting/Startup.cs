using Finpay.Linkage.Api.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>Starts as the process does, up to listening.</summary>
public static class Startup
{
    /// <summary>The message that the start ends with; null when it works.</summary>
    public static async Task<string?> MessageAsync(string dataFolder, params (string Key, string? Value)[] changes)
    {
        var settings = TestSettings.Create(dataFolder);
        foreach (var (key, value) in changes)
            settings[key] = value;
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null));
        await using var app = builder.AddLinkage().Build();
        try
        {
            app.UseLinkage();
            return null;
        }
        catch (SettingsException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The keys that the message names; none when the start works.</summary>
    public static async Task<IReadOnlyList<string>> RefusalAsync(string dataFolder, params (string Key, string? Value)[] changes) =>
        Keys(await MessageAsync(dataFolder, changes) ?? "");

    /// <summary>The keys that a message names, one a line.</summary>
    public static IReadOnlyList<string> Keys(string message) =>
        [.. message.Split(Environment.NewLine).Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(": ")[0])];
}
