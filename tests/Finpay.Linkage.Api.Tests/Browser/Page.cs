using System.Net.Http.Headers;
using System.Text.Json;

namespace Finpay.Linkage.Api.Tests.Browser;

/// <summary>One event or comment of a stream.</summary>
internal sealed record Told(string? Event, string? Id, string? Data)
{
    public bool IsComment => Event is null;

    public JsonElement Json => JsonDocument.Parse(Data!).RootElement;

    public string? this[string name] => Json.TryGetProperty(name, out var value) ? value.ToString() : null;
}

/// <summary>A customer's page with an open stream.</summary>
internal sealed class Page : IDisposable
{
    public const string Status = "/browser/v1/account-upgrade";
    public const string Events = Status + "/events";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private Page(HttpResponseMessage response, Stream stream) => (this.response, reader) = (response, new StreamReader(stream));

    public HttpResponseMessage Response => response;

    public static async Task<Page> OpenAsync(HttpClient client, string token, string? lastEventId = null, Uri? origin = null)
    {
        var answer = await AskAsync(
            client, token, origin is null ? Events : new Uri(origin, Events).ToString(), ("Last-Event-ID", lastEventId));
        return new Page(answer, await answer.Content.ReadAsStreamAsync());
    }

    public static async Task<HttpResponseMessage> AskAsync(
        HttpClient client, string? token, string path, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next event or comment; null at the end.</summary>
    public async Task<Told?> NextAsync()
    {
        var told = new Told(null, null, null);
        for (var seen = false; await reader.ReadLineAsync().WaitAsync(Patience) is { } line; seen = true)
        {
            if (line.Length == 0 && seen)
                return told;
            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart(' ');
            told = line.Split(':')[0] switch
            {
                "event" => told with { Event = value },
                "id" => told with { Id = value },
                "data" => told with { Data = value },
                "" => told,
                _ => throw new InvalidDataException(line),
            };
        }

        return null;
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<Told?> NextEventAsync()
    {
        while (await NextAsync() is { } told)
        {
            if (!told.IsComment)
                return told;
        }

        return null;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
