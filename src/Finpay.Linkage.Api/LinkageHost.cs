using System.Net.Sockets;
using Finpay.Linkage.Api.GoLive;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api;

/// <summary>Runs the service as a process: one clear message and an exit code when it can't start.</summary>
public static class LinkageHost
{
    internal const string DefaultUrl = "http://localhost:5080";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["check", ..])
            return await GoLiveCommand.RunAsync(args[1..]);
        if (args is ["backup", ..])
            return await BackUpAsync(args[1..]);
        if (args is ["redactions", ..])
            return await StorageCommands.WriteRedactionsAsync(args[1..]);
        if (args is ["redact", ..])
            return await StorageCommands.RedactAsync(args[1..]);
        if (args is ["reencrypt", ..])
            return await StorageCommands.ReencryptAsync(args[1..]);
        // A command that this version does not have must not start the service instead.
        if (args is [var command, ..] && command.All(char.IsAsciiLetter))
        {
            await Console.Error.WriteLineAsync($"Unknown command '{command}'. There is: check, backup FILE, redactions FILE, redact FILE, reencrypt. Without a command the service starts; settings are given as --Section:Key=value.");
            return 2;
        }

        try
        {
            var builder = WebApplication.CreateBuilder(args);
            if (!SaysWhereToListen(builder.Configuration))
                builder.WebHost.UseUrls(DefaultUrl);
            await using var app = builder.AddLinkage().Build();
            app.UseLinkage();
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Finpay.Linkage can't start: {exception.Message}");
        }

        return 1;
    }

    private static async Task<int> BackUpAsync(string[] args)
    {
        if (args is not [var file, .. var settings] || file.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync("Say where to: backup FILE. Settings may follow as --Section:Key=value.");
            return 2;
        }

        try
        {
            var options = new StorageOptions();
            WebApplication.CreateBuilder(settings).Configuration.GetSection(StorageOptions.SectionName).Bind(options);
            var bytes = SqliteBackup.Write(options, file);
            await Console.Out.WriteLineAsync($"Copied to {Path.GetFullPath(file)}, {bytes} bytes. Keep the storage keys elsewhere: without them nobody can read it.");
            return 0;
        }
        catch (SettingsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static bool SaysWhereToListen(IConfiguration configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
