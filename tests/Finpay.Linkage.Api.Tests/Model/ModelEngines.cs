using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>One of the two databases; it outlives the stores that open it.</summary>
internal interface IModelEngine : IDisposable
{
    IDatabase Open(TimeProvider clock);

    /// <summary>Moves the server's clock, which leases use, if it has one.</summary>
    void SetServerClock(DateTimeOffset now);
}

internal sealed class SqliteEngine : IModelEngine
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-model-").FullName;

    public IDatabase Open(TimeProvider clock) => SqliteDatabase.Open(new StorageOptions { DataFolder = folder }, clock);

    public void SetServerClock(DateTimeOffset now)
    {
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

internal sealed class PostgresEngine : IModelEngine
{
    private readonly PostgresTestDatabase server = new();

    public IDatabase Open(TimeProvider clock) =>
        PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(server.ConnectionString) }, clock);

    public void SetServerClock(DateTimeOffset now) => server.SetClock(now);

    public void Dispose() => server.Dispose();
}
