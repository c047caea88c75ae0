namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>A test that needs Chromium: skipped where it is not installed, unless LINKAGE_TEST_REQUIRE_ALL=1 forbids it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string[] Candidates =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    public ChromiumFactAttribute()
    {
        if (ExecutablePath is null && Environment.GetEnvironmentVariable("LINKAGE_TEST_REQUIRE_ALL") != "1")
            Skip = "Needs Chromium: apt-get install chromium";
    }

    public static string? ExecutablePath { get; } = Array.Find(Candidates, File.Exists);
}
