using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// A text that must not be shown by accident: a password, a key, a mother's name, an e-mail address, a widget URL.
/// <see cref="ToString"/>, the debugger and JSON show <c>***</c>; only <see cref="Reveal"/> gives the text.
/// </summary>
[TypeConverter(typeof(SecretTypeConverter))]
[JsonConverter(typeof(SecretJsonConverter))]
[DebuggerDisplay("***")]
public sealed class Secret
{
    internal const string Mask = "***";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string value;

    /// <summary>Wraps <paramref name="value"/>.</summary>
    public Secret(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = value;
    }

    /// <summary>The text itself. Never pass it to a log, an exception or a message.</summary>
    public string Reveal() => value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Mask;

    private sealed class SecretTypeConverter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
            sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

        public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
            value is string text ? new Secret(text) : base.ConvertFrom(context, culture, value);
    }
}

/// <summary>Writes the mask, reads the text. Public for generated JSON code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <inheritdoc/>
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text ? new Secret(text) : null;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Secret.Mask);
    }
}
