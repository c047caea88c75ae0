using Dapper;
using Finpay.Linkage.Api.Starting;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>The process warms up before it listens, and leaves no trace of that but a line in the log.</summary>
public sealed class WarmUpTests : IDisposable
{
    private static readonly string[] Tables = ["upgrades", "upgrade_history", "notifications", "audit"];

    private readonly string folder = Directory.CreateTempSubdirectory("warm-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Start_Leaves_No_Row_Asks_Nobody_And_Logs_One_Line()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var api = new ApiProcess("api", Settings(finnet));

        await api.StartAsync();
        await api.TerminateAsync();

        var lines = api.Output.Split(Environment.NewLine);
        Assert.Single(lines, line => line.Contains("Warmed up", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains('→', StringComparison.Ordinal) && !line.Contains("/health/ready", StringComparison.Ordinal));
        Assert.Equal(0, finnet.Asked.Value);
        Assert.Equal(0, Rows());
    }

    [Fact]
    public async Task A_Call_Leaves_All_Of_That()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        var settings = Settings(finnet);
        settings[WarmUp.Switch] = "0";
        using var api = new ApiProcess("api", settings);

        await api.StartAsync();
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", """{"phoneNo":"081295288912"}""", TestSettings.MerchantKey)).Status);
        await api.TerminateAsync();

        var lines = api.Output.Split(Environment.NewLine);
        Assert.DoesNotContain(lines, line => line.Contains("Warmed up", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains('→', StringComparison.Ordinal) && !line.Contains("/health/ready", StringComparison.Ordinal));
        Assert.Equal(1, finnet.Asked.Value);
        Assert.NotEqual(0, Rows());
    }

    private IDictionary<string, string?> Settings(FakeFinnet finnet)
    {
        var settings = TestSettings.Create(folder);
        settings["Finnet:Environment"] = "Development";
        settings["Finnet:BaseUrl"] = finnet.Url.ToString();
        settings["Serilog:MinimumLevel:Default"] = "Information";
        settings["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Information";
        return settings;
    }

    private long Rows()
    {
        SqliteLibrary.EnsureLoaded();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "linkage.db")};Pooling=False");
        return Tables.Sum(table => connection.ExecuteScalar<long>($"SELECT count(*) FROM {table}"));
    }
}
