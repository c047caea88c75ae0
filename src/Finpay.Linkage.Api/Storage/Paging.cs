using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Storage;

/// <summary>The last item of a page: its time in Unix milliseconds and its id.</summary>
internal sealed record PagePosition(long Time, string Id);

/// <summary>Cursors: opaque, bound to the filters of their list, and not to be made by anybody else.</summary>
internal sealed class PageCursors(LookupHash lookup)
{
    private const int TagLength = 16;
    private const int HeadLength = sizeof(long) + TagLength;

    public string Write(PagePosition position, string filters)
    {
        var time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, position.Time);
        return Base64Url.EncodeToString([.. time, .. Tags(position, filters).Current[..TagLength], .. Encoding.UTF8.GetBytes(position.Id)]);
    }

    /// <summary>Reads a cursor; null when it is none, or belongs to other filters.</summary>
    public PagePosition? Read(string cursor, string filters)
    {
        if (!Base64Url.IsValid(cursor) || Base64Url.DecodeFromChars(cursor) is not { Length: >= HeadLength } bytes)
            return null;
        var read = new PagePosition(BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes.AsSpan(HeadLength)));
        var (tag, tags) = (bytes.AsSpan(sizeof(long), TagLength).ToArray(), Tags(read, filters));
        // An instance that writes with the other lookup key may have made it.
        return Is(tags.Current) || Is(tags.PreviousOrCurrent) ? read : null;

        bool Is(byte[] hash) => CryptographicOperations.FixedTimeEquals(tag, hash.AsSpan(0, TagLength));
    }

    private KeyedHashes Tags(PagePosition position, string filters) => lookup.ComputeAll(
        "cursor", filters, position.Time.ToString(System.Globalization.CultureInfo.InvariantCulture), position.Id);
}
