using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>One or more instances on the same data; callers use any that is up.</summary>
internal sealed class ApiFleet : IDisposable
{
    /// <summary>The shortest lease that <see cref="TotalTimeout"/> allows.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly ApiProcess[] instances;
    private readonly List<ApiProcess> up = [];
    private TaskCompletionSource changed = NewSignal();

    private ApiFleet(ApiProcess[] instances) => this.instances = instances;

    public int Count => instances.Length;

    public ApiProcess this[int number] => instances[number];

    public string Output =>
        string.Join(Environment.NewLine, instances.Where(instance => instance.HasOutput).Select(instance => instance.Output));

    public static async Task<ApiFleet> StartAsync(int count, Uri finnet, string dataFolder, params (string Key, string Value)[] storage)
    {
        var settings = Settings(finnet, dataFolder);
        foreach (var (key, value) in storage)
            settings[key] = value;
        var fleet = new ApiFleet(
            [.. Enumerable.Range(1, count).Select(number => new ApiProcess($"instance {number}", settings.ToDictionary()))]);
        try
        {
            await Task.WhenAll(fleet.instances.Select(fleet.StartAsync));
            return fleet;
        }
        catch
        {
            fleet.Dispose();
            throw;
        }
    }

    /// <summary>Of an instance by itself.</summary>
    public static IDictionary<string, string?> Settings(Uri finnet, string dataFolder)
    {
        var settings = TestSettings.Create(dataFolder);
        settings["Finnet:BaseUrl"] = finnet.ToString();
        settings["Finnet:AttemptTimeout"] = TotalTimeout.ToString();
        settings["Finnet:TotalTimeout"] = TotalTimeout.ToString();
        settings["Upgrades:Lease"] = Lease.ToString();
        settings["RateLimits:RequestsPerSecond"] = "0";
        settings["Serilog:MinimumLevel:Default"] = "Warning";
        settings["Serilog:MinimumLevel:Override:Microsoft"] = "Warning";
        // Says where it listens.
        settings["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Information";
        return settings;
    }

    /// <summary>One that is up; waits while there is none.</summary>
    public async Task<ApiProcess> PickAsync()
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (up.Find(instance => instance.HasExited) is { } ended)
                    throw new InvalidOperationException($"The API ended by itself. {ended.Output}");
                if (up.Count > 0)
                    return up[Random.Shared.Next(up.Count)];
                waiting = changed.Task;
            }

            await waiting;
        }
    }

    /// <summary>Kills an instance and starts it again on the same data, while the others go on.</summary>
    public async Task KillAndStartAgainAsync(int number)
    {
        var instance = instances[number];
        lock (gate)
            up.Remove(instance);
        await instance.KillAsync();
        await StartAsync(instance);
    }

    /// <summary>Ends an instance by SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> TerminateAsync(int number)
    {
        lock (gate)
            up.Remove(instances[number]);
        return instances[number].TerminateAsync();
    }

    public Task StartAgainAsync(int number) => StartAsync(instances[number]);

    /// <summary>Stops an instance and starts it with other settings, while the others go on.</summary>
    public async Task RestartAsync(int number, IEnumerable<(string Key, string? Value)> changes)
    {
        Assert.Equal(0, await TerminateAsync(number));
        foreach (var (key, value) in changes)
            instances[number].Set(key, value);
        await StartAgainAsync(number);
    }

    public void Dispose()
    {
        foreach (var instance in instances)
            instance.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task StartAsync(ApiProcess instance)
    {
        await instance.StartAsync();
        lock (gate)
        {
            up.Add(instance);
            changed.SetResult();
            changed = NewSignal();
        }
    }
}
