using System.Globalization;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Http;

/// <summary>Reads the parameters of a list and collects what is wrong, so that one answer names all of it.</summary>
internal sealed class ListQuery(PageCursors cursors)
{
    // ISO 8601; without an offset it is UTC.
    private static readonly string[] TimeFormats = ["yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK"];

    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    private readonly Dictionary<string, IReadOnlyList<string>> errors = new(StringComparer.Ordinal);

    public ProblemResult? Problem => errors.Count == 0 ? null : ProblemResult.InvalidFields(errors);

    public int Limit(string? text) =>
        Limit(text is null ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 0);

    public int Limit(int? limit)
    {
        if (limit is null or (>= 1 and <= MaxLimit))
            return limit ?? DefaultLimit;
        Fail("limit", $"must be from 1 to {MaxLimit}");
        return DefaultLimit;
    }

    public T? OneOf<T>(string name, string? text)
        where T : struct, Enum
    {
        if (text is null)
            return null;
        if (EnumText.TryParse<T>(text, out var value))
            return value;
        Fail(name, $"must be one of {string.Join(", ", EnumText.All<T>())}");
        return null;
    }

    public bool? Flag(string name, string? text)
    {
        if (text is not (null or "true" or "false"))
            Fail(name, "must be true or false");
        return text is null ? null : text == "true";
    }

    public DateTimeOffset? Time(string name, string? text)
    {
        if (text is null)
            return null;
        // The + of an offset arrives as a space when the caller did not encode it.
        var encoded = text.Replace(' ', '+');
        if (DateTimeOffset.TryParseExact(encoded, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        Fail(name, "must be an ISO 8601 time, 2026-11-21T08:00:00Z");
        return null;
    }

    /// <summary>The position of a cursor; call it after all filters were read.</summary>
    public PagePosition? Cursor(string? cursor, string filters)
    {
        if (cursor is null)
            return null;
        var position = cursors.Read(cursor, filters);
        if (position is null)
            Fail("cursor", "is not a cursor of this list with these filters");
        return position;
    }

    public void Fail(string name, string message) => errors[name] = [message];

    /// <summary>Cuts one page out of <paramref name="items"/>, which are one more than the limit if there is a next page.</summary>
    public (IReadOnlyList<T> Items, string? NextCursor) Page<T>(
        IReadOnlyList<T> items, int limit, string filters, Func<T, PagePosition> position)
    {
        if (items.Count <= limit)
            return (items, null);
        var page = items.Take(limit).ToList();
        return (page, cursors.Write(position(page[^1]), filters));
    }
}
