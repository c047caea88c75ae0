using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A hundred merchants more in one process: what they cost while they wait, and after each has made a call.</summary>
[Collection(AloneAfterTheOthers.Name)]
public sealed class ManyMerchantsTests(ITestOutputHelper output) : IDisposable
{
    private const int More = 100;
    private const double MostMegabytes = 40;

    private static readonly int Rounds = Effort.Of(1, 3, 5);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("many-merchants-");

    public void Dispose() => folder.Delete(recursive: true);

    [LinuxFact]
    public async Task A_Hundred_Merchants_More_Idle_Within_40_Megabytes_More()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        List<(double Idle, double AfterCalls, double Seconds)> one = [], many = [];
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(await MeasureAsync(finnet, 0));
            many.Add(await MeasureAsync(finnet, More));
        }

        var (few, all) = (Median(one), Median(many));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            1 merchant: ready after {few.Seconds:0.00} s, {few.Idle:0.0} MB resident, {few.AfterCalls:0.0} MB after a call
            {More + 1} merchants: ready after {all.Seconds:0.00} s, {all.Idle:0.0} MB resident, {all.AfterCalls:0.0} MB after a call of each
            medians of {Rounds}
            """));
        Assert.True(all.Idle - few.Idle <= MostMegabytes, $"{few.Idle:0.0} MB, then {all.Idle:0.0} MB");
    }

    private async Task<(double Idle, double AfterCalls, double Seconds)> MeasureAsync(FakeFinnet finnet, int more)
    {
        var settings = ApiFleet.Settings(finnet.Url, folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName);
        // As in the image.
        settings["DOTNET_gcServer"] = "0";
        for (var number = 1; number <= more; number++)
            Add(settings, finnet, number);
        using var api = new ApiProcess("api", settings);
        var started = Stopwatch.GetTimestamp();
        await api.StartAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var idle = Megabytes();
        for (var number = 0; number <= more; number++)
        {
            var reply = await api.SendAsync(
                HttpMethod.Post, "/v1/account-upgrades", """{"phoneNo":"081295288912"}""",
                number == 0 ? TestSettings.MerchantKey : Key(number));
            Assert.Equal(201, reply.Status);
        }

        var after = Megabytes();
        Assert.Equal(0, await api.TerminateAsync());
        return (idle, after, seconds);

        double Megabytes() => ProcessSample.Take(api.Id).ResidentKilobytes * 1024 / 1e6;
    }

    private static void Add(IDictionary<string, string?> settings, FakeFinnet finnet, int number)
    {
        var (merchant, key) = (Invariant($"Merchants:m{number}"), Invariant($"ApiKeys:{number + 2}"));
        settings[$"{merchant}:Environment"] = "Production";
        settings[$"{merchant}:BaseUrl"] = finnet.Url.ToString();
        settings[$"{merchant}:AttemptTimeout"] = settings[$"{merchant}:TotalTimeout"] = settings["Finnet:TotalTimeout"];
        settings[$"{merchant}:MerchantId"] = Invariant($"MANY{number}");
        settings[$"{merchant}:MerchantPassword"] = Invariant($"planted+Many/{number}");
        settings[$"{merchant}:EncryptionKey"] = Invariant($"manyKey+{number:00000000}");
        settings[$"{merchant}:EncryptionIv"] = TestSettings.EncryptionIv;
        settings[$"{merchant}:Notifications:PathTokens:0"] = Invariant($"token-0123456789-abcdefghijklmn-{number:000}");
        settings[$"{key}:Name"] = Invariant($"shop-{number}");
        settings[$"{key}:Sha256"] = TestSettings.Sha256(Key(number));
        settings[$"{key}:Role"] = "merchant";
        settings[$"{key}:Merchant"] = Invariant($"m{number}");
    }

    private static string Key(int number) => Invariant($"key-of-merchant-{number}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static (double Idle, double AfterCalls, double Seconds) Median(List<(double Idle, double AfterCalls, double Seconds)> rounds)
    {
        return (Middle(round => round.Idle), Middle(round => round.AfterCalls), Middle(round => round.Seconds));

        double Middle(Func<(double Idle, double AfterCalls, double Seconds), double> of) =>
            rounds.Select(of).Order().ElementAt(rounds.Count / 2);
    }
}
