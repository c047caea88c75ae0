using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Finpay.Linkage.Api.Security;

/// <summary>
/// Counts what each key does in a window of time. At most so many keys have a count of their own; all others share one.
/// </summary>
internal sealed class WindowLimit<TKey>(int limit, TimeSpan window, int maxKeys, TimeProvider clock)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, int> counts = [];
    private long current;
    private int others;

    /// <returns>How long the key has to wait, when it has to; and whether this was the last one within its limit.</returns>
    public (TimeSpan? Wait, bool AtLimit) Count(TKey key)
    {
        var now = clock.GetUtcNow();
        var number = now.UtcTicks / window.Ticks;
        lock (gate)
        {
            if (number != current)
            {
                (current, others) = (number, 0);
                counts.Clear();
            }

            var isOther = counts.Count >= maxKeys && !counts.ContainsKey(key);
            var count = isOther ? others : counts.GetValueOrDefault(key);
            if (count < limit)
            {
                if (isOther)
                    others++;
                else
                    counts[key] = count + 1;
                return (null, count + 1 == limit);
            }
        }

        return (TimeSpan.FromTicks(((number + 1) * window.Ticks) - now.UtcTicks), false);
    }
}

/// <summary>What counts as one source: an IPv4 address, or a /64 of IPv6, which usually has one owner.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SourceNetwork(AddressFamily Family, ulong Bits)
{
    public static SourceNetwork Of(IPAddress? source)
    {
        if (source is null)
            return default;
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var written) && written == 16
            ? new(address.AddressFamily, BinaryPrimitives.ReadUInt64BigEndian(bytes))
            : new(address.AddressFamily, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
