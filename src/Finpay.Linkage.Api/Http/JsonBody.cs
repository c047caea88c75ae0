using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Finpay.Linkage.Api.Http;

/// <summary>Reads a JSON body of /v1. What is wrong is reported by field, never by value.</summary>
internal static class JsonBody
{
    /// <summary>What is wrong with a member that <see cref="UnknownMembers"/> names.</summary>
    public const string NotKnown = "is not a member of this request";

    /// <summary>How long a body may take, whatever its size: a caller that is slow holds memory that others wait for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string NotObject = "must be a JSON object";
    private const int MaxNameLength = 64;
    private const int MaxUnknown = 100;

    // A phone number has 10 digits and more, a KK number 16.
    private const int MaxDigitsShown = 7;

    // The serializer's own limit.
    private const int MaxDepth = 64;

    /// <returns>The value and the JSON it was read from, or the problem to answer with.</returns>
    public static async Task<(T? Value, ReadOnlyMemory<byte> Json, ProblemResult? Problem)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, default, new ProblemResult(ProblemKind.UnsupportedMediaType.Build("Send Content-Type: application/json.")));
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && encoding != "identity")
            return (null, default, new ProblemResult(ProblemKind.UnsupportedMediaType.Build("Send the body without Content-Encoding.")));
        if (await ReceiveAsync(request, maxBytes) is not { } body)
            return (null, default, new ProblemResult(ProblemKind.TooLarge.Build($"At most {maxBytes} bytes are taken.")));
        var json = body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        var (value, problem) = Parse(json.Span, type);
        return (value, json, problem);
    }

    /// <summary>
    /// The members of a body that was read which its type does not have, by their paths: escaped, because a caller chose the names, with
    /// stars for the digits of a name that may be a number of a person, and the first hundred, because there may be as many as fit into
    /// the body.
    /// </summary>
    public static IReadOnlyCollection<string> UnknownMembers(ReadOnlySpan<byte> json, JsonTypeInfo type) => Look(json, type).Unknown;

    /// <exception cref="BadHttpRequestException">It did not arrive in time.</exception>
    private static async Task<byte[]?> ReceiveAsync(HttpRequest request, int maxBytes)
    {
        var context = request.HttpContext;
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        try
        {
            return await RequestBody.ReadAsync(request, maxBytes, either.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout, exception);
        }
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
            var (field, expected) = Field(exception.Path, type);
            var message = TextError(bytes) ?? (Look(bytes, type).Twice.Contains(field) ? "is there twice" : expected);
            return (null, Malformed(field, message));
        }
    }

    /// <summary>Why the text can't be read; null when it is JSON, only not what was asked for.</summary>
    private static string? TextError(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return $"is nested deeper than {MaxDepth} levels";
                // Reading it as text is what fails for half a surrogate pair.
                if (reader is { ValueIsEscaped: true, TokenType: JsonTokenType.String or JsonTokenType.PropertyName })
                    reader.CopyString(new byte[reader.ValueSpan.Length]);
            }

            return null;
        }
        catch (InvalidOperationException)
        {
            return "has half of a surrogate pair (\\ud800 to \\udfff) without the other half";
        }
        catch (JsonException exception)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }
    }

    private static (HashSet<string> Unknown, HashSet<string> Twice) Look(ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        var (unknown, twice) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var reader = new Utf8JsonReader(json);
        if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            Walk(ref reader, type, "");
        return (unknown, twice);

        void Walk(ref Utf8JsonReader reader, JsonTypeInfo type, string parent)
        {
            var seen = new HashSet<JsonPropertyInfo>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var known = Find(type, name);
                if (known is null && unknown.Count < MaxUnknown)
                    unknown.Add(parent + Shown(name));
                if (known is not null && !seen.Add(known))
                    twice.Add(parent + known.Name);
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject && known is not null
                    && type.Options.GetTypeInfo(known.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner)
                    Walk(ref reader, inner, parent + known.Name + ".");
                else
                    reader.Skip();
            }
        }
    }

    private static string Shown(string name)
    {
        var shown = name.Count(char.IsDigit) > MaxDigitsShown
            ? string.Concat(name.Select(character => char.IsDigit(character) ? '*' : character))
            : name;
        return Cut(LogText.Escape(Cut(shown)));
    }

    private static string Cut(string name) => name[..Math.Min(name.Length, MaxNameLength)];

    private static JsonPropertyInfo? Find(JsonTypeInfo type, string name)
    {
        foreach (var property in type.Properties)
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return property;
        }

        return null;
    }

    private static ProblemResult Malformed(string field, string message) =>
        new(ProblemKind.MalformedRequest.Build($"{(field == "$" ? "The body" : field)} {message}; nothing was stored or sent.") with
        {
            Errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [field] = [message] },
        });

    // The path has names as the caller wrote them, and such a name may be a phone number: only our own names are repeated.
    private static (string Name, string Expected) Field(string? path, JsonTypeInfo type)
    {
        var names = new List<string>();
        foreach (var segment in (path ?? "$").Split('.').Skip(1))
        {
            if (Find(type, segment) is not { } known)
                break;
            names.Add(known.Name);
            type = type.Options.GetTypeInfo(known.PropertyType);
        }

        return (names.Count == 0 ? "$" : string.Join('.', names), type switch
        {
            { Kind: JsonTypeInfoKind.Object } => NotObject,
            _ when type.Type == typeof(bool?) => "must be true or false",
            _ when type.Type == typeof(int?) => "must be a whole number",
            _ => "must be a string",
        });
    }
}
