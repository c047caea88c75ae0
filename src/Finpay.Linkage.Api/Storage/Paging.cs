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

    public string Write(PagePosition position, string filters)
    {
        var id = Encoding.UTF8.GetBytes(position.Id);
        var bytes = new byte[sizeof(long) + TagLength + id.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position.Time);
        Tag(position, filters).CopyTo(bytes.AsSpan(sizeof(long)));
        id.CopyTo(bytes, sizeof(long) + TagLength);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor; false when it is none, or belongs to other filters.</summary>
    public bool TryRead(string cursor, string filters, out PagePosition? position)
    {
        position = null;
        var buffer = new byte[cursor.Length];
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, buffer, out var length)
            || length < sizeof(long) + TagLength)
            return false;
        var bytes = buffer.AsSpan(0, length);
        var read = new PagePosition(
            BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes[(sizeof(long) + TagLength)..]));
        if (!CryptographicOperations.FixedTimeEquals(bytes.Slice(sizeof(long), TagLength), Tag(read, filters)))
            return false;
        position = read;
        return true;
    }

    private ReadOnlySpan<byte> Tag(PagePosition position, string filters) =>
        lookup.Compute("cursor", filters, position.Time.ToString(System.Globalization.CultureInfo.InvariantCulture), position.Id)
            .AsSpan(0, TagLength);
}
