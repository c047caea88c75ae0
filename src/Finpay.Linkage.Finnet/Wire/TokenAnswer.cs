namespace Finpay.Linkage.Finnet.Wire;

/// <summary>The token service's answer as far as it can be read. SNAP's has a code, others leave it out.</summary>
internal sealed record TokenAnswer(ResponseCode? Code, string Message, Secret? AccessToken, string? ExpiresIn)
{
    public static TokenAnswer? Read(ReadOnlyMemory<byte> body) => TolerantJson.Read(body, root => new TokenAnswer(
        ResponseCode.TryParse(TolerantJson.Text(root, "responseCode"), out var code) ? code : null,
        TolerantJson.Message(root),
        TolerantJson.Text(root, "accessToken") is { Length: > 0 } token && SnapOptionsValidator.IsVisibleAscii(token) ? new Secret(token) : null,
        TolerantJson.Text(root, "expiresIn")));
}
