using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Privacy;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Watching;

/// <summary>Hosts on either engine, whose jobs run when a test says so.</summary>
public abstract class WatchedHost : IDisposable
{
    protected const string First = Calls.Reference;

    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();
    private readonly EventReceiver receiver = new();

    public static TheoryData<bool> Engines => PostgresPrograms.Folder is null ? [false] : [false, true];

    public void Dispose()
    {
        receiver.Dispose();
        database?.Dispose();
        GC.SuppressFinalize(this);
    }

    // The receiver refuses all: what is looked at are the rows.
    protected ApiHost Host(bool postgres, params (string Key, string? Value)[] changes)
    {
        receiver.AnswersWith(500);
        (string, string?)[] settings = [.. EventReceiver.Settings("shop"), .. changes];
        var host = postgres
            ? ApiHost.With([.. settings, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database!.ConnectionString)])
                .Followed(database)
            : ApiHost.With(settings);
        return ByHand(host);
    }

    protected ApiHost ByHand(ApiHost host) => receiver.Configured(host, services =>
    {
        RetentionTests.Without<OverdueJob>(services);
        RetentionTests.Without<AskAgainQueue>(services);
    });

    protected static Task<int> WatchAsync(ApiHost host) =>
        host.Services.GetRequiredService<OverdueJob>().RunAsync(CancellationToken.None);

    /// <summary>One step of the queue; the wait for its turn is over then.</summary>
    protected static async Task<bool> StepAsync(ApiHost host)
    {
        var queue = host.Services.GetRequiredService<AskAgainQueue>();
        var any = await queue.StepAsync(CancellationToken.None);
        await queue.EndAsync();
        Pass(host, AskAgainQueue.Pace);
        return any;
    }

    /// <summary>No timer of the host's fires.</summary>
    protected static void Pass(ApiHost host, TimeSpan time)
    {
        host.Clock.Follower?.Invoke(host.Clock.GetUtcNow() + time);
        host.Clock.AdjustTime(host.Clock.GetUtcNow() + time);
    }

    protected static Task<Answer> AskAsync(HttpClient client, string reference = First) =>
        client.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/ask-again", [], contentType: null);

    protected static Task<Answer> AskManyAsync(ApiHost host, string json = "{}") =>
        host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/ask-again", json);

    protected static async Task CreateAsync(ApiHost host, string code, string reference = First, string phone = Calls.Phone)
    {
        if (code == "2000000")
            host.Finnet.Issues();
        else
            host.Finnet.Answers(code);
        await host.CreateAsync(reference, phone);
    }

    protected static async Task<IReadOnlyList<string>> OverdueAsync(ApiHost host) =>
        [.. (await host.Ops.GetAnswerAsync("/v1/account-upgrades?overdue=true")).Items
            .Select(item => item.GetProperty("partnerReferenceNo").GetString()!).Order(StringComparer.Ordinal)];

    protected static async Task<string> HistoryAsync(ApiHost host, string reference = First) => string.Join(
        ", ",
        (await host.ReadUpgradeAsync(reference)).Json.GetProperty("history").EnumerateArray().Select(step =>
            $"{step.GetProperty("status")} {step.GetProperty("source")}"
            + (step.TryGetProperty("viaReference", out var via) ? $" via {via}" : "")));

    protected static IReadOnlyList<string> Events(ApiHost host, string type = "%") => host.Query<string>(
        "SELECT partner_reference_no || ' ' || type FROM event_deliveries WHERE type LIKE @type ORDER BY id", new { type });

    /// <summary>The upgrades that ask about others.</summary>
    protected static IReadOnlyList<string> Children(ApiHost host) => host.Query<string>(
        "SELECT asked_for || ' ' || status FROM upgrades WHERE asked_for IS NOT NULL ORDER BY asked_for, created_at");

    protected static void Change(ApiHost host, string sql)
    {
        using var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection();
        connection.Execute(sql);
    }
}
