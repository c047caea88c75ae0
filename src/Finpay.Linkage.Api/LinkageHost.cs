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
        catch (IOException exception)
            when (exception.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Finpay.Linkage can't start: {exception.Message}");
        }

        return 1;
    }

    private static bool SaysWhereToListen(IConfiguration configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
