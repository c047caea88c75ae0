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

/// <summary>What can happen to an upgrade: the rows of api.md's table of Finnet's answers (see <see cref="FinnetAnswers"/>), then notifications.</summary>
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

    /// <summary>A 4xx code that is none of the others.</summary>
    Refused,

    /// <summary>4090001, and no attempt of ours may have arrived before.</summary>
    DuplicateReference,

    /// <summary>4090001, asked twice, after an attempt of ours that may have arrived.</summary>
    DuplicateInDoubt,

    /// <summary>Nothing was sent, or Finnet is busy.</summary>
    NotProcessed,

    /// <summary>A 5xx code, or an answer that can't be relied on: it may have had an effect.</summary>
    Unclear,

    /// <summary>No complete answer in time, or the connection broke after sending: it may have had an effect.</summary>
    NoAnswer,

    /// <summary>A notification says approved.</summary>
    NotifiedApproved,

    /// <summary>A notification says rejected.</summary>
    NotifiedRejected,

    /// <summary>A notification says something unknown.</summary>
    NotifiedUnknown,
}
