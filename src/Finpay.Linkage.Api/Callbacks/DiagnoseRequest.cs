namespace Finpay.Linkage.Api.Callbacks;

/// <summary>A captured callback: what Finnet sent, as it was received.</summary>
public sealed class DiagnoseRequest
{
    /// <summary>The path that was called, or the whole URL.</summary>
    public string? Path { get; init; }

    /// <summary>The headers; X-SIGNATURE and X-TIMESTAMP are looked at, and those that may hold a client id.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>The body, byte for byte; better than as text, which a tool may have changed.</summary>
    public string? BodyBase64 { get; init; }

    /// <summary>The body as text, in place of bodyBase64.</summary>
    public string? Body { get; init; }

    /// <summary>When it was received (now): its time is judged by this.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }
}

/// <summary>Why a signature fits or does not. Nothing of the body, no token, no key.</summary>
public sealed record DiagnosisView
{
    /// <summary>Whether SnapSignature passes with the present settings.</summary>
    public required bool Passes { get; init; }

    /// <summary>The recipe that was signed, as Notifications:Snap:Recipe names it; absent when none was found.</summary>
    public string? Recipe { get; init; }

    /// <summary>Whose key made the signature: current or previous; absent when no known key did.</summary>
    public string? Key { get; init; }

    /// <summary>fresh, stale, outside or unreadable; absent without a timestamp.</summary>
    public string? Time { get; init; }

    /// <summary>What differs between what was signed and what is configured and was received, the first that matters first; empty when nothing does.</summary>
    public required IReadOnlyList<SignatureDifference> Differences { get; init; }
}

/// <summary>One difference.</summary>
/// <param name="Part">headers, signature, key, recipe, clientId, path, body, timestamp or time; text when it was none that could be named.</param>
/// <param name="Found">What was found, in one word.</param>
/// <param name="Advice">What it means and what to do.</param>
public sealed record SignatureDifference(string Part, string Found, string Advice);
