using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Tool;

/// <summary>The command <c>key</c>: new secrets, ready to paste.</summary>
internal static class KeyCommand
{
    private const int Bytes = 32;

    public static async Task<int> RunAsync(ToolCall call)
    {
        var apiKey = RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true);
        await call.Output.WriteLineAsync($"""
            # An API key. It is shown only now: give it to the caller, for the header X-Api-Key. The settings hold its SHA-256.
            # {apiKey}
            ApiKeys__0__Name=shop
            ApiKeys__0__Role=merchant
            ApiKeys__0__Sha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)))}

            # A path token. Finnet calls /callbacks/finnet/kyc/TOKEN.
            Notifications__PathTokens__0={RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true)}

            # A secret that signs events. Their receiver needs it too.
            Events__Endpoints__0__Secrets__0=whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes))}
            """);
        return 0;
    }
}
