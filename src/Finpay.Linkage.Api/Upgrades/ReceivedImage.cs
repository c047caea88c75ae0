using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Where a photo stands in the JSON it was read from: it stays there and is not copied.</summary>
[JsonConverter(typeof(Converter))]
[DebuggerDisplay("***")]
public sealed class ReceivedImage
{
    private readonly Range place;
    private readonly byte[]? unescaped;

    private ReceivedImage(Range place, byte[]? unescaped = null) => (this.place, this.unescaped) = (place, unescaped);

    internal ImageDataUri In(ReadOnlyMemory<byte> json) => new((unescaped ?? json)[place]);

    internal sealed class Converter : JsonConverter<ReceivedImage>
    {
        public override ReceivedImage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            // A token starts with its quotation mark.
            var start = (int)reader.TokenStartIndex + 1;
            if (!reader.ValueIsEscaped)
                return new ReceivedImage(start..(start + reader.ValueSpan.Length));
            var copy = new byte[reader.ValueSpan.Length];
            return new ReceivedImage(..reader.CopyString(copy), copy);
        }

        public override void Write(Utf8JsonWriter writer, ReceivedImage value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}
