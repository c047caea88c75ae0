using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>A test with a running sandbox and a page in Chromium that notes whatever a page should not do.</summary>
public abstract class BrowserTest : IAsyncLifetime
{
    // One browser for all tests; each has a context of its own, with its own cookies and storage.
    // It ends with the tests: its driver reads from a pipe of theirs.
    private static readonly Lazy<Task<IBrowser>> Browser = new(() => Task.Run(LaunchAsync));

    // Chromium's own errands go to other hosts; they are not part of any page.
    private static readonly string[] Arguments =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ];

    private readonly string folder = Directory.CreateTempSubdirectory("browser-").FullName;
    private IBrowserContext? context;
    private RunningSandbox? sandbox;

    private protected RunningSandbox Sandbox => sandbox ?? throw new InvalidOperationException("Open a page first.");

    /// <summary>Errors on the console, uncaught exceptions, and requests to other hosts.</summary>
    protected IList<string> Complaints { get; } = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (context is not null)
            await context.DisposeAsync();
        if (sandbox is not null)
            await sandbox.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    protected async Task<IPage> OpenAsync(int width = 1200, int height = 900)
    {
        sandbox = await RunningSandbox.StartAsync(folder);
        context = await (await Browser.Value).NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal)
                && new Uri(request.Url).Host != "127.0.0.1")
                Complaints.Add($"request to another host: {request.Url}");
        };
        return page;
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumFactAttribute.ExecutablePath, Args = Arguments });
    }
}
