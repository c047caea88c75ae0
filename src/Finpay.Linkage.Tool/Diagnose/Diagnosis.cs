namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>Why a signature passes or not. It has nothing of the body, no token and no key.</summary>
internal sealed record Diagnosis
{
    /// <summary>Whether SnapSignature passes with the present settings.</summary>
    public bool Passes { get; init; }

    /// <summary>What was signed; null when that was not found out.</summary>
    public SnapRecipe? Recipe { get; init; }

    /// <summary>Whose key made the signature: current or previous; null when no configured key did.</summary>
    public string? Key { get; init; }

    /// <summary>Null without a timestamp.</summary>
    public SnapTimeliness? Time { get; init; }

    /// <summary>What differs between what was signed and what is configured and was received.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];
}

/// <param name="Part">headers, signature, key, recipe, clientId, path, body, timestamp or time; else text.</param>
/// <param name="Found">One word.</param>
/// <param name="Advice">What it means and what to do.</param>
internal sealed record Difference(string Part, string Found, string Advice);
