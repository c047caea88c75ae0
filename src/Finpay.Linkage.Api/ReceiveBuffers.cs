using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Finpay.Linkage.Api;

/// <summary>
/// The buffers of the server's connections: eight times as large as Kestrel's own, so that a photo is received with an eighth of the system calls. Beyond
/// <see cref="MostLarge"/> in use they are as small as Kestrel's: thousands of connections that each send a few bytes need no more memory than before.
/// </summary>
internal sealed class ReceiveBuffers : IMemoryPoolFactory<byte>
{
    /// <summary>Of a large one, in bytes.</summary>
    public const int Large = 32 * 1024;

    /// <summary>Of all others: what Kestrel's own have.</summary>
    public const int Small = 4 * 1024;

    /// <summary>16 MiB of them, more than eight requests with images need.</summary>
    public const int MostLarge = 512;

    private readonly ArrayPool<byte> pool = ArrayPool<byte>.Create(Large, MostLarge);
    private int largeInUse;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this);

    private Block Rent(int size)
    {
        if (Interlocked.Increment(ref largeInUse) <= MostLarge)
            return new Block(this, pool.Rent(Large), large: true);
        Interlocked.Decrement(ref largeInUse);
        return new Block(this, ArrayPool<byte>.Shared.Rent(Math.Max(size, Small)), large: false);
    }

    private void GiveBack(byte[] array, bool large)
    {
        if (!large)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        pool.Return(array);
        Interlocked.Decrement(ref largeInUse);
    }

    private sealed class Pool(ReceiveBuffers buffers) : MemoryPool<byte>
    {
        public override int MaxBufferSize => Large;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => buffers.Rent(minBufferSize);

        protected override void Dispose(bool disposing)
        {
            // What it has handed out comes back by itself.
        }
    }

    private sealed class Block(ReceiveBuffers buffers, byte[] array, bool large) : IMemoryOwner<byte>
    {
        private byte[]? array = array;

        public Memory<byte> Memory => array;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref array, null) is { } returned)
                buffers.GiveBack(returned, large);
        }
    }
}
