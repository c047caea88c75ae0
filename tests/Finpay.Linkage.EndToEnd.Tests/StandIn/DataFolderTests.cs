using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Sessions;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>What lies in the data folder: for its owner alone, not for ever, and readable although a part is damaged.</summary>
public sealed class DataFolderTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly string folder = Directory.CreateTempSubdirectory("data-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_Are_0600_And_Folders_0700_Also_Those_Of_An_Earlier_Run(bool snap)
    {
        if (OperatingSystem.IsWindows())
            return;

        var data = Path.Combine(folder, "data");
        var old = Directory.CreateDirectory(Path.Combine(data, "finnet", "sessions"));
        await File.WriteAllTextAsync(Path.Combine(old.FullName, "old.ktp"), "");
        File.SetUnixFileMode(Path.Combine(old.FullName, "old.ktp"), (UnixFileMode)0b110_100_100);
        await using (var sandbox = await RunningSandbox.StartAsync(data, snap))
        {
            using var created = await sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
            await Customer.ApproveAsync((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!);
            using var ordered = await sandbox.Finnet.PostAsJsonAsync("/shop/api/orders", new { phoneNo = "081295288913" });
            using var moved = await sandbox.Finnet.PostAsJsonAsync("/sandbox/clock", new { advanceSeconds = 1 });
            await sandbox.SettleAsync();

            Assert.All(Directory.GetFiles(data, "*", SearchOption.AllDirectories), file => Assert.Equal("600", Mode(file)));
            Assert.All(Directory.GetDirectories(data, "*", SearchOption.AllDirectories), one => Assert.Equal("700", Mode(one)));
            Assert.True(Directory.GetFiles(data, "*", SearchOption.AllDirectories).Length > 8);
        }
    }

    [Fact]
    public async Task A_New_Data_Folder_Is_0700_And_One_With_Other_Things_In_It_Keeps_Its_Mode()
    {
        if (OperatingSystem.IsWindows())
            return;

        var (made, shared) = (Path.Combine(folder, "made"), Path.Combine(folder, "shared"));
        Directory.CreateDirectory(shared, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(Path.Combine(shared, "somebody-elses.txt"), "");

        Sandbox.Hosting.SandboxSettings.LoadOrCreate(made);
        Sandbox.Hosting.SandboxSettings.LoadOrCreate(shared);

        Assert.Equal(("700", "755"), (Mode(made), Mode(shared)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Photos_And_Unfinished_Orders_Are_Removed_After_A_Day_Of_Real_Time(int secondsAfterADay, bool kept)
    {
        var time = new FrozenTime();
        await using (var before = await RunningStandIn.StartAsync(time, folder))
        {
            await before.AskAsync(WidgetBody.Full);
            using var ordered = await before.Client.PostAsJsonAsync("/shop/api/orders", new { phoneNo = "081295288912" });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ordered.StatusCode);
        }

        time.Now += Day + TimeSpan.FromSeconds(secondsAfterADay);
        await using (var after = await RunningStandIn.StartAsync(time, folder))
        {
            await UntilAsync(() => kept || Files("finnet-photos").Length == 0);
            Assert.Equal(kept ? 2 : 0, Files("finnet-photos").Length);
            Assert.Equal(kept ? 1 : 0, Files("shop").Length);
            var session = await File.ReadAllTextAsync(Assert.Single(Files("sessions")));
            Assert.Equal(kept, session.Contains("Siti Aminah", StringComparison.Ordinal));
            Assert.Equal("4090001", (await after.AskAsync(WidgetBody.Full)).Code);
        }
    }

    [Fact]
    public async Task An_Advance_Of_The_Sandbox_Clock_Removes_Nothing()
    {
        var inner = new SandboxClock(new FrozenTime());
        await using var standIn = await RunningStandIn.StartAsync(inner, folder);
        await standIn.AskAsync(WidgetBody.Full);

        await standIn.AdvanceAsync(2 * Day.TotalSeconds);
        Assert.Equal(2, Files("finnet-photos").Length);

        inner.Advance(Day + TimeSpan.FromMinutes(20));
        await UntilAsync(() => Files("finnet-photos").Length == 0);
    }

    [Theory]
    [InlineData("{\"uuid\":\"", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData("\"partnerReferenceNo\": \"202411011441000012\"", "\"partnerReferenceNo\": null")]
    public async Task A_Damaged_Session_Is_Skipped_And_The_Others_Are_Read(string wrong, string? inPlaceOf)
    {
        await using (var before = await RunningStandIn.StartAsync(folder: folder))
        {
            await before.AskAsync(WidgetBody.Full);
            await before.AskForAsync("6281295288913", "202411011441000013");
        }

        var damaged = Files("sessions").Single(file => File.ReadAllText(file).Contains("202411011441000012", StringComparison.Ordinal));
        var text = await File.ReadAllTextAsync(damaged);
        await File.WriteAllTextAsync(damaged, inPlaceOf is null ? wrong : text.Replace(wrong, inPlaceOf, StringComparison.Ordinal));

        await using var after = await RunningStandIn.StartAsync(folder: folder);

        Assert.Equal(["202411011441000013"], (await after.ListAsync("sessions")).Select(s => (string)s!["partnerReferenceNo"]!));
        Assert.Equal("4090001", (await after.AskForAsync("6281295288913", "202411011441000013")).Code);
        Assert.Equal("2000000", (await after.AskAsync(WidgetBody.Full)).Code);
        Assert.True(File.Exists(damaged));
    }

    [Fact]
    public void A_Damaged_File_Is_Named_In_A_Warning_And_A_Whole_One_Is_Not()
    {
        using var logs = new Warnings();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var files = new SessionFiles(folder, new FrozenTime(), factory.CreateLogger<SessionFiles>());
        files.SaveClockOffset(Day);
        Assert.Equal(Day, files.LoadClockOffset());
        Assert.Empty(logs.Texts);

        File.WriteAllText(Path.Combine(folder, "clock.json"), "\"1.00");
        File.WriteAllText(Path.Combine(folder, "sessions", "one.json"), "{ half");
        File.WriteAllText(Path.Combine(folder, "sessions", "two.json"), "null");

        Assert.Equal(TimeSpan.Zero, files.LoadClockOffset());
        Assert.Empty(files.Load());
        Assert.Equal(["Warning clock.json", "Warning one.json", "Warning two.json"], logs.Texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_Damaged_Order_Is_Unknown()
    {
        await using var standIn = await RunningStandIn.StartAsync(folder: folder);
        using var ordered = await standIn.Client.PostAsJsonAsync("/shop/api/orders", new { phoneNo = "081295288912" });
        var file = Assert.Single(Files("shop"));
        var order = $"/shop/api/orders/{Path.GetFileNameWithoutExtension(file)}";
        using var whole = await standIn.Client.GetAsync(order);
        await File.WriteAllTextAsync(file, "{ half", Encoding.UTF8);

        using var damaged = await standIn.Client.GetAsync(order);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound), (whole.StatusCode, damaged.StatusCode));
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private string[] Files(string what) => what switch
    {
        "shop" => Directory.GetFiles(Path.Combine(folder, "shop")),
        "sessions" => Directory.GetFiles(Path.Combine(folder, "sessions"), "*.json"),
        _ => [.. Directory.GetFiles(Path.Combine(folder, "sessions")).Where(file => Path.GetExtension(file) is ".ktp" or ".selfie")],
    };

    // The removal runs beside the start, so there is nothing to wait for but its effect.
    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10);

        Assert.True(condition());
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public List<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = Assert.IsAssignableFrom<IEnumerable<KeyValuePair<string, object?>>>(state);
            Texts.Add($"{logLevel} {values.Single(pair => pair.Key == "File").Value}");
        }

        public void Dispose()
        {
        }
    }
}
