using System.Text.Json;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The facts of the documentation as data: a test fails if code and data differ.</summary>
internal static class Facts
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    public static T Read<T>(string name) => JsonSerializer.Deserialize<T>(Bytes($"facts/{name}.json"), Strict)!;

    /// <summary>One of Finnet's published samples, unchanged.</summary>
    public static byte[] Sample(string name) => Bytes($"samples/{name}.json");

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(Facts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
