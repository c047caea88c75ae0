using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// The keyed hash by which an identical request is recognised. It is made from the whole request, in clear, so a new field can't be
/// forgotten. Photos go in by a digest (docs/decisions/0020).
/// </summary>
internal static class Fingerprint
{
    private static readonly JsonSerializerOptions Clear = new()
    {
        Converters =
        {
            new Revealed<PhoneNumber>(phone => phone.Reveal()),
            new Revealed<FamilyCardNumber>(card => card.Reveal()),
            new Revealed<Secret>(secret => secret.Reveal()),
            new Revealed<ImageDataUri>(Digest),
        },
    };

    private static string Digest(ImageDataUri image)
    {
        var (prefix, base64) = image.Reveal();
        return prefix + Convert.ToHexString(XxHash128.Hash(base64.Span));
    }

    public static KeyedHashes Of(UpgradeWidgetRequest request, LookupHash lookup) =>
        lookup.ComputeAll("fingerprint", JsonSerializer.SerializeToUtf8Bytes(request, Clear));

    private sealed class Revealed<T>(Func<T, string> reveal) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(reveal(value));
    }
}
