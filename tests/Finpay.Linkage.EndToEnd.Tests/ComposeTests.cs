using System.Reflection;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.EndToEnd.Tests.Durability;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.StandIn;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The settings in compose.yaml are complete, fit the stand-in, and let two instances share the work.</summary>
public sealed class ComposeTests : IDisposable
{
    private const string Key = "demo-key";
    private const string Reference = "compose-test-0001";

    private readonly string folder = Directory.CreateTempSubdirectory("compose-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PostgresFact]
    public async Task Two_Instances_With_Its_Settings_Share_The_Work()
    {
        await using var finnet = StandInApp.Build(new StandInOptions(folder) { Url = "http://127.0.0.1:0" }, TimeProvider.System);
        await finnet.StartAsync();
        var settings = Environment("api-1");
        settings["Finnet__BaseUrl"] = finnet.Address();
        settings["Storage__ConnectionString"] = PostgresServer.NewDatabase();
        using var one = new ApiProcess("api-1", settings);
        using var two = new ApiProcess("api-2", settings);
        await Task.WhenAll(one.StartAsync(), two.StartAsync());
        finnet.Register(new Uri(one.Address, "/callbacks/finnet/kyc"));

        var created = await two.SendAsync(
            HttpMethod.Post, "/v1/account-upgrades",
            $$"""{"partnerReferenceNo":"{{Reference}}","phoneNo":"081295288912",{{Customer.Photos}}}""", Key);
        Assert.Equal(201, created.Status);
        await Customer.ApproveAsync((string)created.Body!["widgetUrl"]!);

        Durability.Reply read;
        do
            read = await two.SendAsync(HttpMethod.Get, $"/v1/account-upgrades/{Reference}", apiKey: Key);
        while ((string)read.Body!["status"]! == "widgetIssued");
        Assert.Equal("approved", (string)read.Body["status"]!);
        // The delivery is recorded after the answer, in the folder that is deleted next, so wait for it.
        await finnet.Services.GetRequiredService<NotificationSender>().IdleAsync();
    }

    [Fact]
    public void It_Names_The_Same_Settings_For_Both_Instances()
    {
        var text = File.ReadAllLines(ComposeFile);

        Assert.Contains("  api-1: &api", text);
        Assert.Equal("    <<: *api", text[Array.IndexOf(text, "  api-2:") + 1]);
    }

    private static string ComposeFile =>
        Path.Combine(
            Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(data => data.Key == "SourceRoot").Value!,
            "compose.yaml");

    // Reads only the YAML that the file uses here: one setting per line.
    private static Dictionary<string, string?> Environment(string service) => File.ReadLines(ComposeFile)
        .SkipWhile(line => !line.StartsWith($"  {service}:", StringComparison.Ordinal))
        .SkipWhile(line => line != "    environment:")
        .Skip(1)
        .TakeWhile(line => line.StartsWith("      ", StringComparison.Ordinal))
        .Where(line => !line.TrimStart().StartsWith('#'))
        .Select(line => line.Trim().Split(": ", 2))
        .ToDictionary(pair => pair[0], string? (pair) => pair[1].Trim('"'), StringComparer.Ordinal);
}
