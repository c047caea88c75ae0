using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's codes in English and Bahasa Indonesia, for <see cref="ResponseCode.Explain"/> and docs/finnet-codes.md.</summary>
/// <remarks>
/// Source: docs/finnet-contract.md. The product's own four codes apply to its own service digits only; all of Finnet's services share the
/// cases of the errors.
/// </remarks>
public static class ResponseCodeTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>All lines, the most specific first: the first that fits a code explains it. The last go by the HTTP digits only.</summary>
    public static IReadOnlyList<ResponseCodeMeaning> All { get; } = Read();

    internal static ResponseCodeMeaning Find(ResponseCode code) => All.FirstOrDefault(line => line.Covers(code)) ?? All[^1];

    private static ResponseCodeMeaning[] Read()
    {
        using var file = typeof(ResponseCodeTable).Assembly.GetManifestResourceStream("ResponseCodes.json")!;
        return JsonSerializer.Deserialize<ResponseCodeMeaning[]>(file, Json)!;
    }
}
