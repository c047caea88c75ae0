using System.Net;
using System.Net.Sockets;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Settings;

/// <summary>The process: exit codes and messages of a failed start.</summary>
[Collection(ConsoleTests.Name)]
public sealed class LinkageHostTests
{
    [Fact]
    public async Task Without_Any_Setting_It_Ends_With_One_Message_That_Names_Each()
    {
        using var console = new ConsoleCapture();

        var exitCode = await LinkageHost.RunAsync([]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Finpay.Linkage can't start: 7 missing or wrong settings.", console.Error, StringComparison.Ordinal);
        Assert.Equal(
            [
                "ApiKeys:0", "Finnet:EncryptionIv", "Finnet:EncryptionKey", "Finnet:Environment", "Finnet:MerchantId",
                "Finnet:MerchantPassword", "Notifications:Authentication:0",
            ],
            Startup.Keys(console.Error).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("   at ", console.Error + console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", console.Error + console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Log_Level_That_Is_None_Is_A_Wrong_Setting_Too()
    {
        using var console = new ConsoleCapture();

        var exitCode = await LinkageHost.RunAsync(["--Serilog:MinimumLevel:Default=Loud"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("Serilog: can't be read", console.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Command_Starts_Nothing_And_Is_Sent_To_The_Tool()
    {
        using var console = new ConsoleCapture();

        Assert.Equal(2, await LinkageHost.RunAsync(["check"]));

        Assert.Equal(
            "Unknown command 'check': this is the service. Commands are in Finpay.Linkage.Tool, in the image: tool "
            + $"check.{Environment.NewLine}",
            console.Error);
    }

    [Fact]
    public async Task On_A_Port_That_Is_Taken_It_Ends_With_One_Message()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var folder = Directory.CreateTempSubdirectory("linkage-process-").FullName;
        using var console = new ConsoleCapture();

        var exitCode = await LinkageHost.RunAsync(
            [.. TestSettings.Create(folder).Select(setting => $"--{setting.Key}={setting.Value}"), $"--urls=http://{taken.LocalEndpoint}"]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Finpay.Linkage can't start: ", console.Error, StringComparison.Ordinal);
        Assert.Contains("address already in use", console.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", console.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
