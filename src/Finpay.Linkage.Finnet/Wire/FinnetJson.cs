using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>Reading and writing without reflection, so that it works in a trimmed application.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(KycAcknowledgement))]
[JsonSerializable(typeof(ResponseCodeMeaning[]))]
internal sealed partial class FinnetJson : JsonSerializerContext;
