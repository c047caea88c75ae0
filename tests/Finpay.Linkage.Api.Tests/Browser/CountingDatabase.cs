using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>Counts the connections that readers open: one for each query.</summary>
internal sealed class CountingDatabase(IDatabase inner) : IDatabase
{
    private int reads;

    public int Reads => Volatile.Read(ref reads);

    public int Writers => inner.Writers;

    public static ApiHost Host(Action<CountingDatabase> made) => new ApiHost().Replacing(services =>
    {
        // The jobs of other features read too, now and then.
        foreach (var job in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationFactory?.Method.ReturnType is { } type && type.IsSubclassOf(typeof(RepeatedJob))).ToList())
            services.Remove(job);
        var registered = services.Last(service => service.ServiceType == typeof(IDatabase));
        services.AddSingleton<IDatabase>(provider =>
        {
            var counting = new CountingDatabase((IDatabase)registered.ImplementationFactory!(provider));
            made(counting);
            return counting;
        });
    });

    public DbConnection OpenConnection() => inner.OpenConnection();

    public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref reads);
        return inner.OpenConnectionAsync(cancellationToken);
    }

    public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs) => inner.BeginWrite(connection, lockWaitMs);

    public void Commit(DbTransaction transaction) => inner.Commit(transaction);

    public DbTransaction BeginRead(DbConnection connection) => inner.BeginRead(connection);

    public bool TryErase() => inner.TryErase();

    public bool IsEngineFault(Exception exception) => inner.IsEngineFault(exception);

    public void Dispose() => inner.Dispose();
}
