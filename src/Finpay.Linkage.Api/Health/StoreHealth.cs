using System.Data.Common;
using System.Net.Sockets;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Health;

/// <summary>Whether the service can read and, after a write has failed, write again. It recovers without traffic.</summary>
internal sealed class StoreHealth(IDatabase database, WriteQueue writes, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Statement Read = new("SELECT max(version) FROM schema_version");
    private static readonly Statement Insert = new(
        """
        INSERT INTO notifications (id, received_at, last_received_at, deliveries, disposition, evidence)
        VALUES (@id, 0, 0, 0, 'invalid', '{}')
        """);

    private static readonly Statement Delete = new("DELETE FROM notifications WHERE id = @id");

    private readonly Lock gate = new();
    private Task<bool>? check;

    /// <summary>Answers within 3 s. Callers share a running check: anybody may ask, and each check is work for the database.</summary>
    public Task<bool> IsReadyAsync()
    {
        lock (gate)
            return check is { IsCompleted: false } ? check : check = CheckAsync();
    }

    private async Task<bool> CheckAsync()
    {
        try
        {
            // SQLite blocks the calling thread.
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
        await Read.QueryAsync(database, reader => reader.GetInt64(0), CancellationToken.None);
        if (writes.IsFailing)
            await writes.ExecuteAsync("", TryWrite);
    }

    // A full disk refuses the room for a notification: this writes to the same table and indexes, and no reader ever sees the row.
    private static int TryWrite(DbTransaction transaction)
    {
        var id = Guid.NewGuid().ToString();
        Insert.Execute(transaction, ("@id", id));
        return Delete.Execute(transaction, ("@id", id));
    }
}
