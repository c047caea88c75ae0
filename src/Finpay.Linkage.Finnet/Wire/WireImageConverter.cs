using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>The one place where an image is written out: byte for byte as it came.</summary>
internal sealed class WireImageConverter : JsonConverter<ImageDataUri>
{
    public override ImageDataUri Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ImageDataUri value, JsonSerializerOptions options) => writer.WriteStringValue(value.Reveal().Span);
}
