using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Finpay.Linkage.Api.Http;

/// <summary>Reads a JSON body of /v1. What is wrong is reported by field, never by value.</summary>
internal static class JsonBody
{
    private const string NotObject = "must be a JSON object";

    /// <returns>The value and the JSON it was read from, or the problem to answer with.</returns>
    public static async Task<(T? Value, ReadOnlyMemory<byte> Json, ProblemResult? Problem)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, default, new ProblemResult(ProblemKind.UnsupportedMediaType.Build("Send Content-Type: application/json.")));
        if (await RequestBody.ReadAsync(request, maxBytes) is not { } body)
            return (null, default, new ProblemResult(ProblemKind.TooLarge.Build($"At most {maxBytes} bytes are taken.")));
        var json = body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        var (value, problem) = Parse(json.Span, type);
        return (value, json, problem);
    }

    private static (T? Value, ProblemResult? Problem) Parse<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
        where T : class
    {
        if (bytes.IsEmpty)
            return (null, Malformed("$", "must be a JSON object, but is empty"));
        if (!Utf8.IsValid(bytes))
            return (null, Malformed("$", "must be UTF-8"));
        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } value ? (value, null) : (null, Malformed("$", NotObject));
        }
        catch (JsonException exception)
        {
            var field = Field(exception.Path, type);
            var message = SyntaxError(bytes) ?? (field == "$" ? NotObject : "is of the wrong JSON type, or is there twice");
            return (null, Malformed(field, message));
        }
    }

    /// <summary>Where the text stops being JSON; null when it is JSON, only not what was asked for.</summary>
    private static string? SyntaxError(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        try
        {
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException exception)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }
    }

    private static ProblemResult Malformed(string field, string message) =>
        new(ProblemKind.MalformedRequest.Build("See errors; nothing was stored or sent.") with
        {
            Errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [field] = [message] },
        });

    // The path has names as the caller wrote them, and such a name may be a phone number: only our own names are repeated.
    private static string Field(string? path, JsonTypeInfo type)
    {
        var names = new List<string>();
        foreach (var segment in (path ?? "$").Split('.').Skip(1))
        {
            var known = type.Properties.FirstOrDefault(property => property.Name.Equals(segment, StringComparison.OrdinalIgnoreCase));
            if (known is null)
                break;
            names.Add(known.Name);
            type = type.Options.GetTypeInfo(known.PropertyType);
        }

        return names.Count == 0 ? "$" : string.Join('.', names);
    }
}
