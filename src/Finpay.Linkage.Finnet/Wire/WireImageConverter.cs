using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>Leaves a hole where an image belongs (<see cref="OutgoingBody"/>): images are not copied into the JSON.</summary>
internal sealed class WireImageConverter : JsonConverter<ImageDataUri>
{
    public override ImageDataUri Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ImageDataUri value, JsonSerializerOptions options) => writer.WriteStringValue(""u8);
}
