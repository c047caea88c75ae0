using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The command <c>backup FILE</c>: a copy of a running database, and a service that starts on it.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-backup-").FullName;

    private string Copy => Path.Combine(folder, "copy.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Copy_Of_A_Running_Database_Has_What_Was_Acknowledged_And_Serves_After_A_Restore()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved", message: "welcome");

        var (exitCode, output) = await BackUpAsync(Copy, host.DataFolder);
        await host.CreateAsync("later-reference");

        Assert.Equal(0, exitCode);
        Assert.Contains($"Copied to {Copy}, {new FileInfo(Copy).Length} bytes", output, StringComparison.Ordinal);
        await using var restored = ApiHost.With();
        File.Move(Copy, restored.DatabaseFile);
        Assert.Equal("approved", await restored.StatusOfAsync());
        Assert.Equal("welcome", Assert.Single(await restored.NotificationsAsync()).GetProperty("kycMessage").GetString());
        Assert.Equal(404, (await restored.ReadUpgradeAsync("later-reference")).Status);
        Assert.Equal(200, (await restored.NotifyAsync("KYC Approved", message: "welcome")).Status);
        Assert.Equal(2, Assert.Single(await restored.NotificationsAsync()).GetProperty("deliveries").GetInt32());
    }

    [Fact]
    public async Task Writes_Go_On_While_It_Is_Copied()
    {
        await using var host = new ApiHost();
        for (var number = 0; number < 50; number++)
            host.Finnet.Issues();
        await host.CreateAsync();
        var writing = Task.WhenAll(Enumerable.Range(0, 40).Select(number => host.CreateAsync($"reference-{number:00000}")));

        var (exitCode, _) = await BackUpAsync(Copy, host.DataFolder);

        Assert.Equal(0, exitCode);
        Assert.All(await writing, answer => Assert.Equal(201, answer.Status));
    }

    [Fact]
    public async Task Only_Its_Owner_May_Read_It()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();

        await BackUpAsync(Copy, host.DataFolder);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
    }

    [Fact]
    public async Task What_Is_There_Already_Is_Not_Overwritten()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();
        await File.WriteAllTextAsync(Copy, "precious");

        var (exitCode, output) = await BackUpAsync(Copy, host.DataFolder);

        Assert.Equal(1, exitCode);
        Assert.Contains("can't be copied", output, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Copy));
    }

    [Fact]
    public async Task A_Failed_Copy_Leaves_Nothing_Behind()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "linkage.db"), new string('x', 8192));

        var (exitCode, _) = await BackUpAsync(Copy, folder);

        Assert.Equal((1, false), (exitCode, File.Exists(Copy)));
    }

    [Fact]
    public async Task Without_A_Database_There_Is_Nothing_To_Copy()
    {
        var (exitCode, output) = await BackUpAsync(Copy, folder);

        Assert.Equal((1, false), (exitCode, File.Exists(Copy)));
        Assert.Contains("There is no database", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql_Has_Its_Own_Tools()
    {
        var (exitCode, output) = await ToolRun.SayAsync("backup", Copy, "--Storage:Provider=PostgreSql");

        Assert.Equal(1, exitCode);
        Assert.Contains("pg_dump", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup", "--Storage:DataFolder=x")]
    [InlineData("backup", "-")]
    public async Task Without_A_File_It_Says_How(params string[] args)
    {
        var (exitCode, output) = await ToolRun.SayAsync(args);

        Assert.Equal(2, exitCode);
        Assert.Contains("backup FILE", output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> BackUpAsync(string file, string dataFolder) =>
        ToolRun.SayAsync("backup", file, $"--Storage:DataFolder={dataFolder}");
}
