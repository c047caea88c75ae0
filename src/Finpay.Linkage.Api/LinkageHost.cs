using System.Net.Sockets;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api;

/// <summary>Runs the service as a process: one clear message and an exit code when it can't start.</summary>
public static class LinkageHost
{
    internal const string DefaultUrl = "http://localhost:5080";

    public static async Task<int> RunAsync(string[] args)
    {
        // A command must not start the service.
        if (args is [var command, ..] && command.All(char.IsAsciiLetter))
        {
            await Console.Error.WriteLineAsync(
                $"Unknown command '{command}': this is the service. Commands are in Finpay.Linkage.Tool, in the image: tool {command}.");
            return 2;
        }

        try
        {
            // Kubernetes changes a mounted file by a link above it, which only polling sees (every 4 s).
            Environment.SetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER", "true");
            var builder = WebApplication.CreateBuilder(args);
            var saysWhereToListen = Array.Exists(["urls", "http_ports", "https_ports"], key => builder.Configuration[key] is not null)
                || builder.Configuration.GetSection("Kestrel:Endpoints").Exists();
            if (!saysWhereToListen)
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
        // A port that can't be used, or a settings file that can't be read.
        catch (Exception exception) when (exception is InvalidDataException
            or IOException { InnerException: SocketException or Microsoft.AspNetCore.Connections.AddressInUseException })
        {
            await Console.Error.WriteLineAsync($"Finpay.Linkage can't start: {exception.Message}");
        }

        return 1;
    }
}
