using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Where an upgrade stands. Written in lower camel case in JSON and in the database.</summary>
[JsonConverter(typeof(CamelCaseConverter<UpgradeStatus>))]
public enum UpgradeStatus
{
    /// <summary>The intent is stored; Finnet was not asked yet, or not reached.</summary>
    Requested,

    /// <summary>Finnet issued a widget; the customer may do the KYC.</summary>
    WidgetIssued,

    /// <summary>Finnet says that a KYC of this customer is in process.</summary>
    InProcess,

    /// <summary>Premium. Never changes again.</summary>
    Approved,

    /// <summary>The KYC was rejected; a later approval still counts.</summary>
    Rejected,

    /// <summary>Finnet may or may not have taken the request.</summary>
    InDoubt,

    /// <summary>Finnet refused the request.</summary>
    Failed,
}

/// <summary>Where a line of history came from.</summary>
[JsonConverter(typeof(CamelCaseConverter<HistorySource>))]
public enum HistorySource
{
    /// <summary>Finnet's answer to a create.</summary>
    FinnetResponse,

    /// <summary>A notification from Finnet.</summary>
    KycNotification,

    /// <summary>An operator.</summary>
    Operator,
}

/// <summary>What became of a notification. Written in lower camel case in JSON and in the database.</summary>
[JsonConverter(typeof(CamelCaseConverter<Disposition>))]
public enum Disposition
{
    /// <summary>It changed the status of its upgrade.</summary>
    Applied,

    /// <summary>Other content with an outcome that the upgrade already had.</summary>
    Duplicate,

    /// <summary>There is no such reference.</summary>
    Orphan,

    /// <summary>Rejected after Approved: recorded, nothing changed.</summary>
    Contradiction,

    /// <summary>Its kycResponse is unknown.</summary>
    UnknownOutcome,

    /// <summary>Authentic, but not a notification for this merchant.</summary>
    Invalid,
}
