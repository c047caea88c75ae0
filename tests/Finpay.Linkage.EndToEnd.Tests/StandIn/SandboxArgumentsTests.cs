using System.Net;
using System.Net.Sockets;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class SandboxArgumentsTests
{
    [Theory]
    [InlineData("--bogus", "Unknown argument '--bogus'")]
    [InlineData("--data", "--data needs a value")]
    [InlineData("--api-url http://192.0.2.1:5080", "not an http address of this machine")]
    [InlineData("--finnet-url https://localhost:5090", "not an http address of this machine")]
    [InlineData("--callback", "--callback needs a value")]
    [InlineData("--callback localhost:5081", "is not an http address")]
    [InlineData("--callback http://localhost:5081/ --snap", "--snap needs")]
    [InlineData("--callback http://localhost:5081/ --merchants 2", "--merchants needs")]
    [InlineData("--merchants", "--merchants needs a value")]
    [InlineData("--merchants 0", "'0' is not a number of merchants")]
    [InlineData("--merchants 10", "'10' is not a number of merchants")]
    [InlineData("--finnet-url 5090", "not an http address of this machine")]
    public async Task A_Wrong_Argument_Is_Named_And_Ends_With_Code_2(string line, string error)
    {
        Assert.Contains(error, SandboxArguments.Parse(line.Split(' ')).Error, StringComparison.Ordinal);
        Assert.Equal(2, await SandboxConsole.RunAsync(line.Split(' ')));
    }

    [Theory]
    [InlineData("--api-url http://localhost:6080 --finnet-url http://127.0.0.1:0", "http://localhost:6080/", "http://127.0.0.1:0/")]
    [InlineData("--finnet-url http://[::1]:6090", "http://localhost:5080/", "http://[::1]:6090/")]
    public void Loopback_Addresses_Are_Taken(string line, string api, string finnet)
    {
        var arguments = SandboxArguments.Parse(line.Split(' '));

        Assert.Null(arguments.Error);
        Assert.Equal((api, finnet), (arguments.ApiUrl.ToString(), arguments.FinnetUrl.ToString()));
    }

    [Fact]
    public async Task A_Taken_Port_Is_Named_And_Ends_With_Code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var arguments = SandboxArguments.Parse(["--finnet-url", $"http://127.0.0.1:{port}", "--api-url", "http://127.0.0.1:0"]);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => SandboxHost.StartAsync(arguments, TimeProvider.System));

        Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await SandboxConsole.RunAsync(["--finnet-url", $"http://127.0.0.1:{port}", "--api-url", "http://127.0.0.1:0"]));
    }

    [Fact]
    public void The_Demo_Key_Is_Made_Once_And_Kept_For_The_Owner_Alone()
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-");

        var first = SandboxSettings.LoadOrCreate(folder.FullName);
        var second = SandboxSettings.LoadOrCreate(folder.FullName);

        Assert.Equal(first.DemoApiKey, second.DemoApiKey);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, "sandbox.json")));

        folder.Delete(recursive: true);
    }
}
