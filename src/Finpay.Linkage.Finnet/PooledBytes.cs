using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// A text in pooled memory, JSON for one. The images of what is read from it (<see cref="Deserialize"/>) stay where they lie. The memory is cleared and given back
/// when this and all of them have been disposed of, and none of them is being written to a connection any more.
/// </summary>
/// <remarks>Personal data: it has no readable form. It is filled by one thread at a time.</remarks>
[DebuggerDisplay("***")]
public sealed class PooledBytes : IDisposable
{
    // Where images begin.
    private const int LargestShared = 64 * 1024;
    private const int LargestPooled = 256 * 1024 * 1024;

    // Of each size: what a busy service needs at once. More are left to the collector.
    private const int MostPooled = 32;

    // The shared pool keeps arrays for each thread, where no other thread finds them: with arrays of megabytes that is memory for nothing, and misses.
    private static readonly ArrayPool<byte> LargePool = ArrayPool<byte>.Create(LargestPooled, MostPooled);

    // Whose images the converter of images meets on this thread.
    [ThreadStatic]
    private static PooledBytes? beingRead;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[] buffer;

    private int length;

    // This one itself, each image in it, and each write of such an image. Who counts down to zero gives the memory back.
    private int users = 1;
    private int disposed;

    /// <param name="size">How many bytes there is room for at first, from 1 on.</param>
    public PooledBytes(int size) => buffer = PoolOf(size).Rent(size);

    /// <summary>What it has.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>How many bytes it has.</summary>
    public int Length => length;

    /// <summary>Room for more, at least one byte; what is written there counts after <see cref="Advance"/>.</summary>
    public Memory<byte> GetMemory()
    {
        if (length == buffer.Length)
            Grow();
        return buffer.AsMemory(length);
    }

    /// <param name="count">How many bytes were written to <see cref="GetMemory"/>.</param>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(buffer.Length - length), nameof(count));
        length += count;
    }

    /// <summary>Reads it as JSON; nothing may be added afterwards.</summary>
    /// <param name="start">Where the JSON begins.</param>
    /// <param name="type">Its images are to be disposed of, each.</param>
    /// <exception cref="JsonException">It is no JSON, or not that of the type.</exception>
    public T? Deserialize<T>(int start, JsonTypeInfo<T> type)
    {
        beingRead = this;
        try
        {
            return JsonSerializer.Deserialize(Span[start..], type);
        }
        catch
        {
            // Nobody has the images that were read until then.
            users = 1;
            throw;
        }
        finally
        {
            beingRead = null;
        }
    }

    /// <summary>Gives the memory back, or leaves that to the last of its images.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
            Release();
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    /// <summary>The text that this thread is reading, when <paramref name="part"/> lies in it: held for who asks.</summary>
    internal static PooledBytes? HoldTextAround(ReadOnlySpan<byte> part, out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        if (beingRead is not { } text || !text.Span.Overlaps(part, out var offset))
            return null;
        memory = text.buffer.AsMemory(offset, part.Length);
        text.users++;
        return text;
    }

    /// <summary>What it has, as memory.</summary>
    internal ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <returns>False when the memory has been given back.</returns>
    internal bool TryHold()
    {
        for (var seen = Volatile.Read(ref users); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref users, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref users) != 0)
            return;
        var returned = buffer;
        buffer = [];
        GiveBack(returned, length);
        length = 0;
    }

    private void Grow()
    {
        var smaller = buffer;
        buffer = PoolOf(smaller.Length * 2).Rent(smaller.Length * 2);
        smaller.AsSpan().CopyTo(buffer);
        GiveBack(smaller, smaller.Length);
    }

    private static void GiveBack(byte[] array, int used)
    {
        array.AsSpan(0, used).Clear();
        PoolOf(array.Length).Return(array);
    }

    // The shared pool's arrays have sizes of powers of two: one for a size up to the limit is never larger than it.
    private static ArrayPool<byte> PoolOf(int size) => size <= LargestShared ? ArrayPool<byte>.Shared : LargePool;
}
