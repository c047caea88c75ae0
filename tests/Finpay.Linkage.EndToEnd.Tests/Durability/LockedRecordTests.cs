using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Records that somebody keeps locked: what is about other records goes on as if nothing were.</summary>
public sealed class LockedRecordTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 32;
    private const int Records = 100_000;
    private const string Locked = "record-locked";
    private const int LockedRecords = 10;
    private const int MaxRounds = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(Effort.Of(2, 4, 15));

    private readonly string folder = Directory.CreateTempSubdirectory("locked-").FullName;
    private readonly ConcurrentBag<string> refused = [];
    private readonly ApiProcess[] instances = new ApiProcess[2];
    private int next;

    public void Dispose()
    {
        foreach (var instance in instances)
            instance?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [PostgresTheory]
    [InlineData(1, 10)]
    [InlineData(LockedRecords, 1)]
    public async Task Records_That_A_Foreign_Session_Has_Locked_Fail_Their_Own_Callbacks_Alone(int records, int callbacksPerSecond)
    {
        var connectionString = PostgresServer.NewDatabase(fsync: true);
        await StartAsync(connectionString);
        await using var foreign = new NpgsqlConnection(connectionString);
        await foreign.OpenAsync();
        await RunAsync([0, 1], "nobody", TimeSpan.FromSeconds(2));

        // They alternate, so that other load on the machine affects both, and a burst of it is outlasted by more rounds.
        var (free, locked) = (new List<double>(), new List<double>());
        do
        {
            free.Add(await RunAsync([0, 1], "free", RoundTime));
            await using var transaction = await foreign.BeginTransactionAsync();
            await foreign.ExecuteAsync(
                $"SELECT 1 FROM upgrades WHERE partner_reference_no LIKE '{Locked}%' FOR UPDATE", transaction: transaction);
            locked.Add(await RunAsync([0, 1], "locked", RoundTime, records, callbacksPerSecond));
            await transaction.RollbackAsync();
        }
        while (free.Count < 3 || (free.Count < MaxRounds && Ratio(free, locked) <= 0.8));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{free.Average():0}/s with no lock, {locked.Average():0}/s beside the lock: "
            + $"{Ratio(free, locked):0.00} after {free.Count} rounds"));
        Assert.Empty(refused);
        Assert.True(Ratio(free, locked) > 0.8, $"{string.Join(' ', free)} became {string.Join(' ', locked)}");
        Assert.Equal(200, (await NotifyAsync(instances[0], $"{Locked}-1")).Status);
    }

    [PostgresFact]
    public async Task An_Instance_That_Is_Paused_Inside_Of_A_Transaction_Does_Not_Hold_Up_The_Other()
    {
        var connectionString = PostgresServer.NewDatabase(fsync: true);
        await StartAsync(connectionString);
        using var stop = new CancellationTokenSource();
        var sent = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var ofPaused = Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                var reference = NextReference();
                sent[reference] = false;
                if ((await NotifyAsync(instances[1], reference)).Status == 200)
                    sent[reference] = true;
            }
        }));

        await PauseInsideATransactionAsync(instances[1], connectionString).WaitAsync(Patience);
        await stop.CancelAsync();
        await RunAsync([0], "beside a paused instance", RoundTime);
        Assert.Empty(refused);

        // What the paused one has begun counts at the other, which Finnet asks next; when it goes on, it may do it again.
        var open = sent.Where(one => !one.Value).Select(one => one.Key).ToList();
        Assert.NotEmpty(open);
        foreach (var reference in open)
            Assert.Equal(200, (await NotifyAsync(instances[0], reference)).Status);
        await instances[1].SignalAsync("CONT");
        await ofPaused.WaitAsync(Patience);
        Assert.Equal(200, (await NotifyAsync(instances[1], NextReference())).Status);
        await using var reading = new NpgsqlConnection(connectionString);
        Assert.Equal(0, await reading.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM upgrade_history GROUP BY partner_reference_no HAVING count(*) > 1"));
    }

    /// <summary>Callbacks about one record each, for so long.</summary>
    /// <returns>How many of them a second.</returns>
    private async Task<double> RunAsync(int[] numbers, string phase, TimeSpan time, int lockedRecords = 0, int perSecond = 1)
    {
        using var stop = new CancellationTokenSource(time);
        var (taken, start) = (0, Stopwatch.GetTimestamp());
        var others = Enumerable.Range(0, Clients).Select(async client =>
        {
            while (!stop.IsCancellationRequested)
            {
                var reply = await NotifyAsync(instances[numbers[client % numbers.Length]], NextReference());
                Interlocked.Increment(ref taken);
                if (reply.Status != 200)
                    refused.Add($"{phase}: {reply.Status} after {reply.Took}");
            }
        });
        await Task.WhenAll([
            .. others,
            .. numbers.Select(number => PollAsync(async () =>
            {
                if ((await instances[number].SendAsync(HttpMethod.Get, "/health/ready")).Status != 200)
                    refused.Add($"{phase}: unready");
            }, TimeSpan.FromMilliseconds(250), stop.Token)),
            .. Enumerable.Range(0, lockedRecords * perSecond).Select(number => PollAsync(async () =>
                Assert.Equal(500, (await NotifyAsync(
                    instances[Random.Shared.Next(instances.Length)], $"{Locked}-{(number % lockedRecords) + 1}")).Status),
                TimeSpan.FromSeconds(1), stop.Token)),
        ]);
        return taken / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The middle one of the rounds' ratios.</summary>
    private static double Ratio(List<double> free, List<double> locked) =>
        free.Zip(locked, (one, other) => other / one).Order().ElementAt(free.Count / 2);

    private static async Task PollAsync(Func<Task> call, TimeSpan pause, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(pause);
        while (!stop.IsCancellationRequested)
        {
            await call();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static Task<Reply> NotifyAsync(ApiProcess api, string reference) => api.SendAsync(
        HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}",
        $$"""
          {"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"{{reference}}","phoneNo":"",
           "merchantId":"{{TestSettings.MerchantId}}"}
          """);

    private static async Task PauseInsideATransactionAsync(ApiProcess api, string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        while (true)
        {
            await api.SignalAsync("STOP");
            // Only a session with an id has written, and so holds locks.
            if (await connection.ExecuteScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'instance1' AND state LIKE 'idle in transaction%' "
                + "AND backend_xid IS NOT NULL") > 0)
                return;
            await api.SignalAsync("CONT");
            await Task.Yield();
        }
    }

    private string NextReference() => string.Create(CultureInfo.InvariantCulture, $"record-{Interlocked.Increment(ref next):D6}");

    private async Task StartAsync(string connectionString)
    {
        for (var number = 0; number < instances.Length; number++)
        {
            var settings = ApiFleet.Settings(new Uri("http://127.0.0.1:1"), folder);
            settings["Storage:Provider"] = "PostgreSql";
            settings["Storage:ConnectionString"] = $"{connectionString}Application Name=instance{number}";
            instances[number] = new ApiProcess($"instance {number}", settings);
            await instances[number].StartAsync();
        }

        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync(
            $"""
             INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at)
             SELECT reference, 'shop', '{TestSettings.MerchantId}', 'widgetIssued', 1, 2, 0, 0
             FROM (SELECT 'record-' || to_char(number, 'FM000000') FROM generate_series(1, {Records}) AS number
               UNION ALL SELECT '{Locked}-' || number FROM generate_series(1, {LockedRecords}) AS number) AS records (reference)
             """);
    }
}
