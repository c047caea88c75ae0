using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>Sends bytes on a socket unchanged; an HTTP client would normalize them.</summary>
internal static partial class RawHttp
{
    public const string Host = "Host: localhost\r\n";

    private const string Last = $"GET /health/live HTTP/1.1\r\n{Host}X-Last: yes\r\nConnection: close\r\n\r\n";

    /// <summary>
    /// Returns all answers of one connection. Appends a last request that makes the server close the connection; its 200 is
    /// the last answer.
    /// </summary>
    /// <param name="host">A host on Kestrel.</param>
    /// <param name="sent">The bytes, one character each.</param>
    public static async Task<IReadOnlyList<RawAnswer>> SendAsync(ApiHost host, string sent)
    {
        var address = host.Anonymous.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        using var received = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(sent + Last));
            await stream.CopyToAsync(received);
        }
        catch (IOException)
        {
            // A reset, because the server did not read everything; the answers before it count.
        }

        var text = Encoding.UTF8.GetString(received.ToArray());
        return [.. StatusLine().Split(text).Where(part => part.StartsWith("HTTP/1", StringComparison.Ordinal)).Select(RawAnswer.Parse)];
    }

    /// <summary>The status of each answer.</summary>
    public static async Task<IReadOnlyList<int>> StatusesAsync(ApiHost host, string sent) => [.. (await SendAsync(host, sent))
        .Select(answer => answer.Status)];

    /// <summary>A whole request with a body.</summary>
    public static string Post(string target, string body, string headers = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"POST {target} HTTP/1.1\r\n{Host}Content-Type: application/json\r\n"
        + $"{headers}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}");

    public static string Get(string target, string headers = "") => $"GET {target} HTTP/1.1\r\n{Host}{headers}\r\n";

    // Not anchored to a line, because an answer begins right after the body of the one before.
    [GeneratedRegex("(?=HTTP/1\\.[01] [0-9]{3} )", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusLine();
}

/// <param name="Status">Its number.</param>
/// <param name="Text">Status line, headers and body.</param>
internal sealed record RawAnswer(int Status, string Text)
{
    public static RawAnswer Parse(string text) => new(int.Parse(text.Split(' ', 3)[1], CultureInfo.InvariantCulture), text);
}
