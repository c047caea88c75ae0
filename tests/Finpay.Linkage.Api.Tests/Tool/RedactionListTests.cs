using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The commands <c>redactions FILE</c> and <c>redact FILE</c>: what was redacted stays so after a restore.</summary>
public sealed class RedactionListTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-redactions-").FullName;

    private string List => Path.Combine(folder, "redactions.txt");

    private string Copy => Path.Combine(folder, "copy.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_Was_Redacted_After_A_Backup_Is_Redacted_Again_After_Its_Restore()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues().Issues();
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved");
        await host.CreateAsync("kept-reference");
        Assert.Equal(0, (await ToolRun.SayAsync("backup", Copy, $"--Storage:DataFolder={host.DataFolder}")).ExitCode);
        await host.CreateAsync("later-reference");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var receipt = await RedactAsync(host, Calls.Reference);
        await RedactAsync(host, "later-reference");
        Assert.Equal((0, $"2 redactions written to {List}."), await ToolRun.SayAsync(["redactions", List, .. ToolRun.Settings(host)]));
        await using var restored = ApiHost.With();
        File.Move(Copy, restored.DatabaseFile);

        Assert.Equal((0, "1 redacted, 1 unknown."), await ToolRun.SayAsync(["redact", List, .. ToolRun.Settings(restored)]));

        Assert.Equal(receipt["redactedAt"], (await restored.ReadUpgradeAsync())["redactedAt"]);
        Assert.All(StoredValues.Personal, each => Assert.Empty(restored.Bytes(each.Table, each.Column)));
        Assert.Single(restored.Bytes("upgrades", "phone_no", "kept-reference"));
        Assert.Equal("(command)", (await restored.Ops.GetAnswerAsync($"/v1/audit?partnerReferenceNo={Calls.Reference}")).Items[0]
            .GetProperty("actor").GetString());
    }

    [Fact]
    public async Task It_Works_Beside_A_Running_Service_And_A_Second_Time()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        await File.WriteAllTextAsync(List, $"\n{Calls.Reference}\n");

        Assert.Equal((0, "1 redacted, 0 unknown."), await ToolRun.SayAsync(["redact", List, .. ToolRun.Settings(host)]));
        Assert.Equal((0, "0 redacted, 0 unknown."), await ToolRun.SayAsync(["redact", List, .. ToolRun.Settings(host)]));

        Assert.Empty(host.Bytes("upgrades", "phone_no"));
        Assert.Equal(409, (await host.CreateAsync()).Status);
    }

    [PostgresFact]
    public async Task The_List_Is_Written_And_Applied_On_PostgreSql()
    {
        using var first = new PostgresTestDatabase();
        using var second = new PostgresTestDatabase();
        await using var host = StoredValues.On(first);
        await using var restored = StoredValues.On(second);
        foreach (var each in new[] { host, restored })
        {
            each.Finnet.Issues();
            await each.CreateAsync();
        }

        var receipt = await RedactAsync(host, Calls.Reference);

        Assert.Equal(0, (await ToolRun.SayAsync(["redactions", List, .. ToolRun.Settings(host), .. On(first)])).ExitCode);
        Assert.Equal((0, "1 redacted, 0 unknown."), await ToolRun.SayAsync(["redact", List, .. ToolRun.Settings(restored), .. On(second)]));

        Assert.Equal(receipt["redactedAt"], (await restored.ReadUpgradeAsync())["redactedAt"]);
        Assert.Empty(restored.Bytes("upgrades", "phone_no"));

        static string[] On(PostgresTestDatabase database) =>
        [
            "--Storage:Provider=PostgreSql", $"--Storage:ConnectionString={database.ConnectionString}",
        ];
    }

    [Theory]
    [InlineData("202411011441000012\nnot a reference at all")]
    [InlineData("202411011441000012\nshort")]
    [InlineData("202411011441000012\n202411011441000013 yesterday")]
    public async Task A_Wrong_Line_Is_Named_And_Nothing_Is_Done(string text)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        await File.WriteAllTextAsync(List, text);

        var (exitCode, output) = await ToolRun.SayAsync(["redact", List, .. ToolRun.Settings(host)]);

        Assert.Equal(1, exitCode);
        Assert.Contains("line 2", output, StringComparison.Ordinal);
        Assert.Single(host.Bytes("upgrades", "phone_no"));
    }

    [Fact]
    public async Task A_List_That_Is_There_Already_Is_Not_Overwritten_And_One_That_Is_Not_There_Is_Said()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();
        await File.WriteAllTextAsync(List, "precious");

        Assert.Equal(1, (await ToolRun.SayAsync(["redactions", List, .. ToolRun.Settings(host)])).ExitCode);
        Assert.Equal(1, (await ToolRun.SayAsync(["redact", Path.Combine(folder, "none"), .. ToolRun.Settings(host)])).ExitCode);

        Assert.Equal("precious", await File.ReadAllTextAsync(List));
    }

    [Fact]
    public async Task Half_A_List_Is_Not_Left_Behind()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();
        host.ExecuteSql("DROP TABLE upgrade_history; ALTER TABLE upgrades RENAME TO upgrades_gone");

        var (exitCode, output) = await ToolRun.SayAsync(["redactions", List, .. ToolRun.Settings(host)]);

        Assert.Equal((1, false), (exitCode, File.Exists(List)));
        Assert.Contains("can't be written", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("redactions")]
    public async Task Without_A_File_Or_A_Database_It_Says_So(string command)
    {
        Assert.Equal(
            (2, $"Say which file: tool {command} FILE. Settings may follow as --Section:Key=value."), await ToolRun.SayAsync(command));

        var (exitCode, output) = await ToolRun.SayAsync(command, List, $"--Storage:DataFolder={folder}");
        Assert.Equal((1, false), (exitCode, File.Exists(Path.Combine(folder, "linkage.db"))));
        Assert.Contains("There is no database", output, StringComparison.Ordinal);
    }

    private static Task<Answer> RedactAsync(ApiHost host, string reference) =>
        host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/redact", [], contentType: null);
}
