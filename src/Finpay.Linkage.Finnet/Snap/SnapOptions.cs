namespace Finpay.Linkage.Finnet;

/// <summary>Settings of the SNAP headers; section <c>Finnet:Snap</c>, used with <see cref="FinnetAuthentication.SnapB2B"/> only.</summary>
/// <remarks>Source: Finpay, API authorization; BI-SNAP.</remarks>
public sealed class SnapOptions
{
    /// <summary>Issued by Finnet: X-CLIENT-KEY of the token request, 1 to 128 visible ASCII characters.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Issued by Finnet: the HMAC key of every request's signature.</summary>
    public Secret? ClientSecret { get; set; }

    /// <summary>File of the merchant's RSA private key: PEM without a password, 2048 bits or more. Finnet has the public key.</summary>
    public string PrivateKeyPath { get; set; } = "";

    /// <summary>X-PARTNER-ID, 1 to 36 visible ASCII characters.</summary>
    public string PartnerId { get; set; } = "";

    /// <summary>CHANNEL-ID, given by Finnet: 5 visible ASCII characters.</summary>
    public string ChannelId { get; set; } = "";

    /// <summary>ORIGIN: the merchant's domain.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Path of the token service.</summary>
    public string TokenPath { get; set; } = "/v1.0/access-token/b2b";

    /// <summary>Reports what is missing or wrong; a part of <see cref="FinnetOptionsValidator"/>.</summary>
    internal void Check(Action<string, string> fail)
    {
        CheckHeader(nameof(ClientId), ClientId, 128, "issued by Finnet");
        if (ClientSecret is null || ClientSecret.Reveal().Length == 0)
            Fail(nameof(ClientSecret), "missing; issued by Finnet");
        else if (FinnetOptionsValidator.IsWrapped(ClientSecret.Reveal()))
            Fail(nameof(ClientSecret), FinnetOptionsValidator.WrappedRule);
        if (string.IsNullOrWhiteSpace(PrivateKeyPath))
            Fail(nameof(PrivateKeyPath), "missing; a PEM file with the RSA key whose public half Finnet has");
        else if (RsaPemFile.TryLoadPrivateKey(PrivateKeyPath, out var key, out var problem))
            key.Dispose();
        else
            Fail(nameof(PrivateKeyPath), problem);
        CheckHeader(nameof(PartnerId), PartnerId, 36, "given by Finnet");
        CheckHeader(nameof(ChannelId), ChannelId, 5, "given by Finnet");
        if (ChannelId is { Length: > 0 and < 5 })
            Fail(nameof(ChannelId), "must have 5 characters");
        CheckHeader(nameof(Origin), Origin, 253, "the merchant's domain");
        if (!FinnetOptionsValidator.IsPath(TokenPath))
            Fail(nameof(TokenPath), FinnetOptionsValidator.PathRule);

        void Fail(string key, string what) => fail($"{nameof(FinnetOptions.Snap)}:{key}", what);

        void CheckHeader(string key, string? value, int longest, string source)
        {
            if (string.IsNullOrEmpty(value))
                Fail(key, $"missing; {source}");
            else if (FinnetOptionsValidator.IsWrapped(value))
                Fail(key, FinnetOptionsValidator.WrappedRule);
            else if (value.Length > longest || !IsVisibleAscii(value))
                Fail(key, $"must be at most {longest} visible ASCII characters");
        }
    }

    /// <summary>Whether a text can be a header's value and cannot add another header.</summary>
    internal static bool IsVisibleAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');
}
