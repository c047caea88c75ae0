using System.Data.Common;
using System.Net.Sockets;
using Dapper;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Whether the service can do its work: read, and, once a write has failed, write again. Heals without traffic, which a load balancer may have taken away.</summary>
internal sealed class StoreHealth(IDatabase database, WriteQueue writes, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<bool>? check;

    /// <summary>Answers within 3 s. Who asks while another's check runs is answered by that: anybody may ask, and each check is work for the database.</summary>
    public Task<bool> IsReadyAsync()
    {
        lock (gate)
            return check is { IsCompleted: false } ? check : check = CheckAsync();
    }

    private async Task<bool> CheckAsync()
    {
        try
        {
            // SQLite waits on the thread that calls it.
            await Task.Run(UseAsync).WaitAsync(Patience, clock);
            return true;
        }
        catch (Exception exception) when (exception is DbException or SocketException or TimeoutException or StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task UseAsync()
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteScalarAsync<long>("SELECT max(version) FROM schema_version");
        if (writes.IsFailing)
            await writes.ExecuteAsync("", TryWrite);
    }

    // What a full disk refuses is the room for a notification: the same tables and indexes are written, and nobody ever sees the row.
    private static int TryWrite(DbTransaction transaction) => transaction.Connection!.Execute(
        """
        INSERT INTO notifications (id, received_at, last_received_at, deliveries, disposition, evidence) VALUES (@id, 0, 0, 0, 'invalid', '{}');
        DELETE FROM notifications WHERE id = @id
        """,
        new { id = Guid.NewGuid().ToString() },
        transaction);
}
