namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What became of a notification. Written in lower camel case in JSON and in the database.</summary>
public enum Disposition
{
    /// <summary>It changed the state of its upgrade.</summary>
    Applied,

    /// <summary>Another content with the outcome that the upgrade had already.</summary>
    Duplicate,

    /// <summary>No such reference.</summary>
    Orphan,

    /// <summary>Rejected after Approved: recorded, nothing changed.</summary>
    Contradiction,

    /// <summary>A kycResponse that is not known.</summary>
    UnknownOutcome,

    /// <summary>Authentic, but not a notification for us.</summary>
    Invalid,
}
