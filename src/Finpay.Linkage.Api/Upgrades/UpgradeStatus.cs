namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Where an upgrade stands. Written in lower camel case in JSON and in the database.</summary>
public enum UpgradeStatus
{
    /// <summary>The intent is stored; Finnet was not asked yet, or not reached.</summary>
    Requested,

    /// <summary>Finnet issued a widget; the customer may do the KYC.</summary>
    WidgetIssued,

    /// <summary>Finnet says that a KYC of this customer is on process.</summary>
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

/// <summary>What can happen to an upgrade.</summary>
internal enum UpgradeEvent
{
    /// <summary>2000000 with a usable URL.</summary>
    WidgetIssued,

    /// <summary>2020000.</summary>
    AnsweredInProcess,

    /// <summary>2000002.</summary>
    AnsweredApproved,

    /// <summary>2000001.</summary>
    AnsweredRejected,

    /// <summary>A 4xx code; 4090001 when no attempt of ours may have arrived.</summary>
    Refused,

    /// <summary>It may have had an effect: a 5xx code, an answer that can't be read or did not come, 4090001 after such an attempt.</summary>
    Unclear,

    /// <summary>Nothing was sent, or Finnet is busy.</summary>
    NotProcessed,

    /// <summary>A notification says approved.</summary>
    NotifiedApproved,

    /// <summary>A notification says rejected.</summary>
    NotifiedRejected,

    /// <summary>A notification says something unknown.</summary>
    NotifiedUnknown,
}
