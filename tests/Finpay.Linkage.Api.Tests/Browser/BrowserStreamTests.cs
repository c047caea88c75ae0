using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Finpay.Linkage.Api.Browser;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>A page follows its upgrade: what it is told, when the stream ends, and how many there may be.</summary>
public sealed class BrowserStreamTests
{
    [Fact]
    public async Task A_Page_Is_Told_How_It_Is_And_Then_The_Result_And_The_End()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();
        using var page = await Page.OpenAsync(host.Anonymous, token);

        Assert.Equal("text/event-stream", page.Response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("no-store", page.Response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no", page.Response.Headers.GetValues("X-Accel-Buffering").Single());
        var first = (await page.NextEventAsync())!;
        var asked = await host.AskAsync(token);
        Assert.Equal(("status", asked["version"], asked.Text), (first.Event, first.Id, first.Data));

        await host.NotifyAsync("KYC Approved");

        // Nobody has moved the clock: what the same process commits is told at once.
        var second = (await page.NextEventAsync())!;
        Assert.Equal(("status", "approved", "True", "because"), (second.Event, second["status"], second["final"], second["kycMessage"]));
        Assert.Equal(("end", "final"), await EndAsync(page));
        Assert.Null(await page.NextAsync());
    }

    [Fact]
    public async Task What_The_Page_Has_Is_Not_Sent_Again()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        var token = await host.TokenAsync();
        var version = (await host.AskAsync(token))["version"];
        using var same = await Page.OpenAsync(host.Anonymous, token, version);
        using var older = await Page.OpenAsync(host.Anonymous, token, "1");
        using var strange = await Page.OpenAsync(host.Anonymous, token, "no number");

        Assert.Equal((version, version), ((await older.NextEventAsync())!.Id, (await strange.NextEventAsync())!.Id));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.NotifyAsync("KYC Rejected");
        Assert.Equal("rejected", (await same.NextEventAsync())!["status"]);
        Assert.Equal(("end", "final"), await EndAsync(same));
        var final = (await host.AskAsync(token))["version"];
        using var late = await Page.OpenAsync(host.Anonymous, token, final);
        Assert.Equal(("end", "final"), await EndAsync(late));
    }

    [Fact]
    public async Task A_Widget_That_Expires_Is_Told_Once_Though_The_Version_Stays()
    {
        await using var host = ApiHost.With();
        host.Finnet.Issues(expiryTime: "2026-03-02 01:04:15");
        Assert.Equal(201, (await host.CreateAsync()).Status);
        var token = await host.TokenAsync();
        using var page = await Page.OpenAsync(host.Anonymous, token);
        var open = (await page.NextEventAsync())!;
        Assert.NotNull(open["widgetUrl"]);

        var expired = (await host.PassingUntilAsync(page.NextEventAsync()))!;

        Assert.Equal(("status", open.Id, "True", null), (expired.Event, expired.Id, expired["expired"], expired["widgetUrl"]));
        Assert.Equal((await host.AskAsync(token)).Text, expired.Data);
        // A page that was cut off meanwhile may not know it.
        using var again = await Page.OpenAsync(host.Anonymous, token, open.Id);
        Assert.Equal("True", (await again.NextEventAsync())!["expired"]);
        await host.NotifyAsync("KYC Approved");
        Assert.Equal("approved", (await page.NextEventAsync())!["status"]);
    }

    [Fact]
    public async Task A_Change_By_Another_Process_Is_Told_Within_A_Second()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        using var page = await Page.OpenAsync(host.Anonymous, await host.TokenAsync());
        await page.NextEventAsync();

        host.ExecuteSql("UPDATE upgrades SET status = 'inDoubt', version = version + 1");
        await host.Clock.UntilAwaitedAsync(BrowserStreams.Interval);
        host.Clock.Advance(BrowserStreams.Interval);

        Assert.Equal("inDoubt", (await page.NextEventAsync())!["status"]);
    }

    [Fact]
    public async Task All_Streams_Share_One_Query_A_Second_And_Without_Streams_There_Is_None()
    {
        CountingDatabase database = null!;
        await using var host = await CountingDatabase.Host(made => database = made).WithUpgradeAsync();
        host.Finnet.Issues();
        await host.CreateAsync("another-reference-1", "081295288913");
        var before = database.Reads;
        for (var second = 0; second < 5; second++)
            host.Clock.Advance(BrowserStreams.Interval);
        await host.NotifyAsync("KYC Rejected");
        Assert.Equal(before, database.Reads);
        string[] tokens = [await host.TokenAsync("another-reference-1"), await host.TokenAsync("another-reference-1")];
        var pages = new List<Page>();
        foreach (var token in tokens)
        {
            pages.Add(await Page.OpenAsync(host.Anonymous, token));
            await pages[^1].NextEventAsync();
        }

        await host.Clock.UntilAwaitedAsync(BrowserStreams.Interval);
        before = database.Reads;
        for (var second = 1; second <= 5; second++)
        {
            host.Clock.Advance(BrowserStreams.Interval);
            await PageCalls.UntilAsync(() => database.Reads == before + second);
        }

        pages.ForEach(page => page.Dispose());
        await PageCalls.UntilAsync(() => StreamsOf(host) == 0);
        host.Clock.Advance(BrowserStreams.Interval);
        host.Clock.Advance(BrowserStreams.Interval);
        await host.NotifyAsync("KYC Approved");
        Assert.InRange(database.Reads, before + 5, before + 6);
    }

    [Fact]
    public async Task A_Comment_Every_Fifteen_Seconds_Shows_Life_And_An_Expired_Token_Ends_It()
    {
        await using var host = await ApiHost.With(("Browser:TokenLifetime", "00:01:00")).WithUpgradeAsync();
        using var page = await Page.OpenAsync(host.Anonymous, await host.TokenAsync());
        await page.NextEventAsync();
        await host.Clock.UntilAwaitedAsync(BrowserStreams.Interval);
        var began = host.Clock.GetUtcNow();

        Assert.True((await host.PassingUntilAsync(page.NextAsync()))!.IsComment);
        Assert.InRange(host.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(25));
        Assert.Equal(("end", "expired"), await host.PassingUntilAsync(EndAsync(page)));
        Assert.InRange(host.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(75));
        Assert.Null(await page.NextAsync());
    }

    [Fact]
    public async Task Other_Tabs_That_Open_Do_Not_Postpone_The_Comment()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        using var page = await Page.OpenAsync(host.Anonymous, await host.TokenAsync());
        await page.NextEventAsync();
        await host.Clock.UntilAwaitedAsync(BrowserStreams.Interval);
        var comment = page.NextAsync();

        for (var second = 0; second < 25; second++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            using var other = await Page.OpenAsync(host.Anonymous, await host.TokenAsync());
            await other.NextEventAsync();
        }

        Assert.True(comment.IsCompletedSuccessfully);
        Assert.True((await comment)!.IsComment);
    }

    [Fact]
    public async Task A_Broken_Database_Ends_No_Stream_And_Is_Told_Once()
    {
        await using var host = await new ApiHost().WithUpgradeAsync();
        using var page = await Page.OpenAsync(host.Anonymous, await host.TokenAsync());
        await page.NextEventAsync();
        await host.Clock.UntilAwaitedAsync(BrowserStreams.Interval);

        host.ExecuteSql("ALTER TABLE upgrades RENAME TO gone");
        await host.PassingUntilAsync(PageCalls.UntilAsync(() => host.Logs.Own.Any(line => line.Id.Id == 1602)).ContinueWith(_ => true));
        for (var second = 0; second < 5; second++)
            host.Clock.Advance(BrowserStreams.Interval);
        host.ExecuteSql("ALTER TABLE gone RENAME TO upgrades; UPDATE upgrades SET status = 'inDoubt', version = version + 1");

        Assert.Equal("inDoubt", (await host.PassingUntilAsync(page.NextEventAsync()))!["status"]);
        Assert.Single(host.Logs.Own, line => line.Id.Id == 1602);
    }

    [Fact]
    public async Task A_Stop_Ends_Every_Stream_And_Opens_No_More()
    {
        await using var host = await ApiHost.OnKestrel().WithUpgradeAsync();
        var token = await host.TokenAsync();
        using var page = await Page.OpenAsync(host.Anonymous, token);
        await page.NextEventAsync();
        var streams = host.Services.GetRequiredService<BrowserStreams>();
        var began = Stopwatch.GetTimestamp();

        var stopping = host.Services.GetRequiredService<IHost>().StopAsync();

        Assert.Equal(("end", "shutdown"), await EndAsync(page));
        Assert.Null(await page.NextAsync());
        await stopping;
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Null(streams.Open(new(Calls.Reference, DateTimeOffset.MaxValue), 0));
    }

    [Fact]
    public async Task During_The_Delay_Of_A_Stop_Streams_Go_On()
    {
        await using var host = await ApiHost.With(("Shutdown:Delay", "00:00:20")).WithUpgradeAsync();
        var token = await host.TokenAsync();
        using var page = await Page.OpenAsync(host.Anonymous, token);
        await page.NextEventAsync();

        var stopping = host.Services.GetRequiredService<IHost>().StopAsync();
        await host.Clock.UntilAwaitedAsync(TimeSpan.FromSeconds(20));
        using var late = await Page.OpenAsync(host.Anonymous, token);
        Assert.Equal("status", (await late.NextEventAsync())!.Event);
        host.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal((("end", "shutdown"), ("end", "shutdown")), (await EndAsync(page), await EndAsync(late)));
        await stopping;
    }

    [Fact]
    public async Task Over_One_Connection_Of_Http2_There_May_Be_Many()
    {
        await using var host = ApiHost.With(("Browser:MaxStreamsPerUpgrade", "100"));
        host.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        host.StartServer();
        await host.WithUpgradeAsync();
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = false })
        {
            BaseAddress = new Uri(address),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var pages = new List<Page>();
        for (var number = 0; number < 90; number++)
        {
            // Of another second, because one token may call five times in one.
            if (number % BrowserGate.CallsPerSecond == 0)
                host.Clock.Advance(TimeSpan.FromSeconds(1));
            pages.Add(await Page.OpenAsync(client, await host.TokenAsync()));
            Assert.Equal(HttpVersion.Version20, pages[^1].Response.Version);
        }

        await host.NotifyAsync("KYC Approved");

        foreach (var page in pages)
        {
            Assert.Equal(("end", "final"), await EndAsync(page));
            page.Dispose();
        }
    }

    [Fact]
    public async Task A_Page_That_Does_Not_Read_Costs_Nobody_Anything_And_Then_Sees_How_It_Is_Now()
    {
        var stream = new BrowserStream(new(Calls.Reference, DateTimeOffset.MaxValue), 0, _ => { });
        var first = OfferMany(stream);
        GC.Collect();
        Assert.False(first.IsAlive);
        await using var events = stream.ReadAsync(_ => ValueTask.CompletedTask).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("100000", events.Current.EventId);

        await using var host = await ApiHost.OnKestrel().WithUpgradeAsync();
        var token = await host.TokenAsync();
        using var silent = new TcpClient { ReceiveBufferSize = 1024 };
        await silent.ConnectAsync(IPAddress.Loopback, host.ClientOptions.BaseAddress.Port);
        await silent.GetStream().WriteAsync(Request(host.ClientOptions.BaseAddress, token));
        using var page = await Page.OpenAsync(host.Anonymous, token);
        await page.NextEventAsync();
        await host.NotifyAsync("KYC Approved");
        Assert.Equal("approved", (await page.NextEventAsync())!["status"]);
    }

    [Fact]
    public async Task One_Upgrade_Can_Not_Take_The_Room_Of_Others()
    {
        await using var host = await ApiHost.With(("Browser:MaxStreams", "3"), ("Browser:MaxStreamsPerUpgrade", "2")).WithUpgradeAsync();
        host.Finnet.Issues().Issues();
        await host.CreateAsync("another-reference-1", "081295288913");
        await host.CreateAsync("another-reference-2", "081295288914");
        var (first, second) = (await host.TokenAsync(), await host.TokenAsync("another-reference-1"));
        var pages = new List<Page> { await Page.OpenAsync(host.Anonymous, first), await Page.OpenAsync(host.Anonymous, first) };

        var refused = await host.AskAsync(first, Page.Events);
        Assert.Equal((503, "too-many-streams", "5"), (refused.Status, refused.Problem, refused.Headers["Retry-After"]));
        pages.Add(await Page.OpenAsync(host.Anonymous, second));
        Assert.Equal("widgetIssued", (await pages[2].NextEventAsync())!["status"]);
        Assert.Equal(503, (await host.AskAsync(second, Page.Events)).Status);
        Assert.Equal(200, (await host.AskAsync(second)).Status);
        pages[0].Dispose();
        await PageCalls.UntilAsync(() => StreamsOf(host) == 2);
        using var again = await Page.OpenAsync(host.Anonymous, second);
        Assert.Equal("widgetIssued", (await again.NextEventAsync())!["status"]);
        pages.ForEach(page => page.Dispose());
    }

    [Fact]
    public async Task Streams_That_Are_Left_In_Any_Way_Are_Closed()
    {
        await using var host = await ApiHost.OnKestrel(("Browser:MaxStreamsPerUpgrade", "1000")).WithUpgradeAsync();
        var tokens = host.Services.GetRequiredService<BrowserTokens>();
        for (var left = 0; left < 100; left += BrowserGate.CallsPerSecond)
        {
            var token = tokens.Issue(Calls.Reference).Text;
            await Task.WhenAll(Enumerable.Range(0, BrowserGate.CallsPerSecond).Select(number =>
                LeaveOneAsync(host.ClientOptions.BaseAddress, token, politely: number % 2 == 0)));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await PageCalls.UntilAsync(() => StreamsOf(host) == 0);
    }

    // The first of many views, of which nobody has read one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OfferMany(BrowserStream stream)
    {
        var first = new ToldView(1, Final: false, IsExpired: false, ExpiryTime: null, new string('x', 100));
        stream.Offer(first);
        for (var version = 2; version <= 100_000; version++)
            stream.Offer(new ToldView(version, Final: false, IsExpired: false, ExpiryTime: null, "{}"));
        return new WeakReference(first);
    }

    private static long StreamsOf(ApiHost host)
    {
        long streams = -1;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "linkage.browser.streams"
                    && ReferenceEquals(instrument.Meter.Scope, host.Services.GetRequiredService<IMeterFactory>()))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => streams = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return streams;
    }

    private static byte[] Request(Uri address, string token) => Encoding.ASCII.GetBytes(
        $"GET {Page.Events} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n");

    // By the end of the connection, or in the middle of it.
    private static async Task LeaveOneAsync(Uri address, string token, bool politely)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Request(address, token));
        var read = await stream.ReadAsync(new byte[4096]);
        Assert.NotEqual(0, read);
        if (!politely)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private static async Task<(string?, string?)> EndAsync(Page page)
    {
        while (await page.NextEventAsync() is { } told)
        {
            if (told.Event == "end")
                return (told.Event, told["reason"]);
        }

        return (null, null);
    }
}
