using System.Security.Cryptography;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Tests.Storage;

public sealed class LookupHashTests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);
    private static readonly byte[] PreviousKey = SHA256.HashData("previous"u8);
    private readonly LookupHash hash = new(Key, null);

    [Fact]
    public void The_Same_Parts_Are_Hashed_Alike() =>
        Assert.Equal(hash.Compute("p", "a", "b"), new LookupHash([.. Key], PreviousKey).Compute("p", "a", "b"));

    // (printf '\0\0\0\5phone'; printf '\0\0\0\15''6281295288912') | openssl dgst -sha256 -mac HMAC -macopt hexkey:<hex of the key>
    [Fact]
    public void It_Is_Hmac_Sha256_Of_Length_Prefixed_Parts() =>
        Assert.Equal(
            HMACSHA256.HashData(Key, (byte[])[0, 0, 0, 5, .. "phone"u8, 0, 0, 0, 13, .. "6281295288912"u8]),
            hash.Compute("phone", "6281295288912"));

    public static TheoryData<string, string[]> Lists => new()
    {
        { "p", ["ab"] },
        { "p", ["a", "b"] },
        { "p", ["", "ab"] },
        { "p", ["ab", ""] },
        { "p", ["b", "a"] },
        { "p", ["a", "b", ""] },
        { "pa", ["b"] },
        { "p", [] },
        { "", ["p", "ab"] },
        { "p", ["\0\0\0\u0001a\0\0\0\u0001b"] },
    };

    [Fact]
    public void No_Two_Different_Lists_Are_Confused()
    {
        var hashes = Lists.Select(list => Convert.ToHexString(hash.Compute((string)list[0], (string[])list[1]))).ToList();

        Assert.Equal(hashes.Count, hashes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Bytes_Are_Told_From_Other_Bytes_Texts_And_Purposes()
    {
        List<byte[]> hashes =
        [
            hash.ComputeAll("p", "ab"u8).Current, hash.ComputeAll("p", "ac"u8).Current, hash.ComputeAll("p", ""u8).Current,
            hash.ComputeAll("q", "ab"u8).Current, hash.Compute("p", "ab"),
        ];

        Assert.Equal(hashes.Count, hashes.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Another_Key_Gives_Another_Hash() =>
        Assert.NotEqual(hash.Compute("p", "a"), new LookupHash(PreviousKey, null).Compute("p", "a"));

    [Fact]
    public void What_Was_Stored_Under_The_Previous_Key_Matches_While_It_Is_Configured()
    {
        var stored = new LookupHash(PreviousKey, null).Compute("p", "a");

        Assert.True(new LookupHash(Key, PreviousKey).ComputeAll("p", "a").Matches(stored));
        Assert.False(new LookupHash(Key, null).ComputeAll("p", "a").Matches(stored));
        Assert.False(new LookupHash(Key, PreviousKey).ComputeAll("p", "b").Matches(stored));
        Assert.False(new LookupHash(Key, PreviousKey).ComputeAll("p", "a").Matches(null));
    }
}
