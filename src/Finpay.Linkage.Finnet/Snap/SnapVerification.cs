namespace Finpay.Linkage.Finnet;

/// <summary>What the verification of a callback found. Everything but <see cref="Valid"/> says why to refuse it.</summary>
public enum SnapVerification
{
    /// <summary>No key of Finnet's made the signature: another key, path, body or time was signed.</summary>
    SignatureWrong,

    /// <summary>It is from Finnet, and as Finnet sent it as far as the recipe covers it.</summary>
    Valid,

    /// <summary>There is no X-SIGNATURE.</summary>
    SignatureMissing,

    /// <summary>There are two values of X-SIGNATURE.</summary>
    SignatureTwice,

    /// <summary>X-SIGNATURE is not Base64.</summary>
    SignatureNotBase64,

    /// <summary>There is no X-TIMESTAMP.</summary>
    TimestampMissing,

    /// <summary>There are two values of X-TIMESTAMP.</summary>
    TimestampTwice,

    /// <summary>X-TIMESTAMP is not an ISO 8601 time.</summary>
    TimestampUnreadable,

    /// <summary>X-TIMESTAMP is too far from now.</summary>
    TimestampOutside,
}

/// <summary>Keys and limits of <see cref="SnapVerifier.Verify"/>.</summary>
public sealed record SnapVerificationOptions
{
    /// <summary>Finnet's keys; two while Finnet changes its key.</summary>
    public required IReadOnlyList<SnapPublicKey> PublicKeys { get; init; }

    /// <summary>What Finnet signs.</summary>
    public SnapRecipe Recipe { get; init; } = SnapRecipe.BodyBound;

    /// <summary>The client id, for <see cref="SnapRecipe.ClientId"/>.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The path as Finnet signs it, when a proxy changes it; null: as it is received.</summary>
    public string? SignedPath { get; init; }

    /// <summary>How far X-TIMESTAMP may be from the time of receipt.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far it may be when the body is signed too: Finnet may repeat a callback with its first time.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);
}
