using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Http;

/// <summary>The service's own JSON: camelCase, no nulls; reading is case-insensitive and refuses a member that is there twice.</summary>
[JsonSerializable(typeof(CreateUpgradeRequest))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(UpgradeView))]
[JsonSerializable(typeof(UpgradePage))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(NotificationPage))]
[JsonSerializable(typeof(NotificationEvidence))]
[JsonSerializable(typeof(DiagnoseRequest))]
[JsonSerializable(typeof(DiagnosisView))]
[JsonSerializable(typeof(CallbackReply))]
[JsonSerializable(typeof(LinkageProblem))]
[JsonSerializable(typeof(RedactionReceipt))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The one set of contracts with the one set of options.</summary>
    public static ApiJson Shared { get; } = new(Configure(new JsonSerializerOptions()));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // Our JSON is never put into HTML; the default encoder would write the & of a widget URL as \u0026.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter<UpgradeStatus>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<HistorySource>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<Disposition>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<AuditAction>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        return options;
    }
}
