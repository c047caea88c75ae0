using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Notifications;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>The service's own JSON: camelCase, no nulls; reading is case-insensitive and refuses a member that is there twice.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnum<UpgradeStatus>), typeof(CamelCaseEnum<HistorySource>), typeof(CamelCaseEnum<Disposition>)])]
[JsonSerializable(typeof(CreateUpgradeRequest))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(UpgradeView))]
[JsonSerializable(typeof(UpgradePage))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(NotificationPage))]
[JsonSerializable(typeof(NotificationEvidence))]
[JsonSerializable(typeof(CallbackReply))]
[JsonSerializable(typeof(LinkageProblem))]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
