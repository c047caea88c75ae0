using Finpay.Linkage.Finnet.Security;

namespace Finpay.Linkage.Finnet;

/// <summary>Names what is missing or wrong in <c>Finnet:Snap</c>; a part of <see cref="FinnetOptionsValidator"/>.</summary>
internal static class SnapOptionsValidator
{
    public static void Check(SnapOptions snap, Action<string, string> fail)
    {
        CheckHeader(nameof(snap.ClientId), snap.ClientId, 128, "issued by Finnet");
        if (snap.ClientSecret is null || snap.ClientSecret.Reveal().Length == 0)
            Fail(nameof(snap.ClientSecret), "missing; issued by Finnet");
        if (string.IsNullOrWhiteSpace(snap.PrivateKeyPath))
            Fail(nameof(snap.PrivateKeyPath), "missing; a PEM file with the RSA key whose public half Finnet has");
        else if (SnapPrivateKey.TryLoad(snap.PrivateKeyPath, out var key, out var problem))
            key.Dispose();
        else
            Fail(nameof(snap.PrivateKeyPath), problem);
        CheckHeader(nameof(snap.PartnerId), snap.PartnerId, 36, "given by Finnet");
        CheckHeader(nameof(snap.ChannelId), snap.ChannelId, 5, "given by Finnet");
        if (snap.ChannelId is { Length: > 0 and < 5 })
            Fail(nameof(snap.ChannelId), "must have 5 characters");
        CheckHeader(nameof(snap.Origin), snap.Origin, 253, "the merchant's domain");
        if (!FinnetOptionsValidator.IsPath(snap.TokenPath))
            Fail(nameof(snap.TokenPath), FinnetOptionsValidator.PathRule);

        void Fail(string key, string what) => fail($"{nameof(FinnetOptions.Snap)}:{key}", what);

        void CheckHeader(string key, string? value, int longest, string source)
        {
            if (string.IsNullOrEmpty(value))
                Fail(key, $"missing; {source}");
            else if (value.Length > longest || !IsVisibleAscii(value))
                Fail(key, $"must be at most {longest} visible ASCII characters");
        }
    }

    /// <summary>Fits into a header and changes nothing around it.</summary>
    public static bool IsVisibleAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');
}
