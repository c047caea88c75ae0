using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>Verifies a token request (contract, section 3).</summary>
internal sealed class TokenJudge(SnapMerchant merchant, SandboxClock clock)
{
    private const string Service = "73";

    public Verdict Examine(HttpRequest request, byte[] body)
    {
        var headers = new SnapHeaders(request.Headers, Service);
        var client = headers.Read("X-CLIENT-KEY", SnapFormats.Any);
        var timestamp = headers.Read("X-TIMESTAMP", SnapTime.Format);
        var signature = headers.Read("X-SIGNATURE", SnapFormats.Base64);
        headers.Read("Content-Type", FieldChecks.ContentType);

        headers.Compare("X-CLIENT-KEY", client, merchant.ClientId);
        if (timestamp is not null)
            headers.Refuse("X-TIMESTAMP", SnapTime.Staleness(timestamp, clock.Inner.GetUtcNow()));

        // For an unknown client there is no key to verify with.
        if (client == merchant.ClientId && timestamp is not null && signature is not null)
            headers.Refuse("X-SIGNATURE", Forgery(signature, timestamp), "signature");

        var verdict = new Verdict();
        verdict.AddFirst(headers.Problems);
        ReadBody(body, verdict);
        return verdict;
    }

    private static void ReadBody(byte[] body, Verdict verdict)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                ReadMembers(document.RootElement, verdict);
            else
                verdict.Add(Problem.NotJson("the body is not a JSON object", Service));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws InvalidOperationException for a string that is not UTF-8.
            verdict.Add(Problem.NotJson("the body is not JSON", Service));
        }
    }

    private static void ReadMembers(JsonElement root, Verdict verdict)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!seen.Add(member.Name))
                verdict.Add(Problem.Format(member.Name, "is there twice", Service));
            else if (member.Name != "grantType")
                verdict.Add(Problem.Format(member.Name, "is not a field of this service", Service));
            else if (member.Value.ValueKind is not JsonValueKind.String || member.Value.GetString() != "client_credentials")
                verdict.Add(Problem.Format("grantType", "must be client_credentials", Service));
            else
                verdict.Read("grantType", "client_credentials");
        }

        if (!seen.Contains("grantType"))
            verdict.Add(Problem.Missing("grantType", Service));
    }

    private string? Forgery(string signature, string timestamp)
    {
        using var key = RSA.Create();
        key.ImportFromPem(merchant.PublicKey);
        var signed = $"{merchant.ClientId}|{timestamp}";
        return key.VerifyData(
            Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ? null
            : $"is not the SHA256withRSA (PKCS#1 v1.5) of the merchant's key over {signed}";
    }
}
