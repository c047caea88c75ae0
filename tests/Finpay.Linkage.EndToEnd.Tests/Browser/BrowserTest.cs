using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>A test with a running sandbox and a page in Chromium that notes whatever a page should not do.</summary>
public abstract class BrowserTest : IAsyncLifetime
{
    // Chromium's own errands go to other hosts; they are not part of any page.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly string folder = Directory.CreateTempSubdirectory("browser-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private RunningSandbox? sandbox;

    private protected RunningSandbox Sandbox => sandbox ?? throw new InvalidOperationException("Open a page first.");

    /// <summary>Errors on the console, uncaught exceptions, and requests to other hosts.</summary>
    protected IList<string> Complaints { get; } = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (sandbox is not null)
            await sandbox.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    protected async Task<IPage> OpenAsync(int width = 1200, int height = 900)
    {
        sandbox = await RunningSandbox.StartAsync(folder);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumFactAttribute.ExecutablePath, Args = Arguments });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && new Uri(request.Url).Host != "127.0.0.1")
                Complaints.Add($"request to another host: {request.Url}");
        };
        return page;
    }
}
