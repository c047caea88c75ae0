using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>
/// Every ciphertext here is remade with
/// <c>printf '%s' PLAINTEXT | openssl enc -aes-128-cbc -K HEX_OF_KEY -iv HEX_OF_IV -base64 -A</c>; for the documented vector:
/// <c>printf 123456 | openssl enc -aes-128-cbc -K 31323334353637383930313233343536 -iv 31323334353637383930313233343536 -base64</c>.
/// </summary>
public sealed class FieldCipherTests
{
    private const string DocumentedKey = "1234567890123456";

    private static readonly FieldCipher Documented = new(new Secret(DocumentedKey), new Secret(DocumentedKey));

    [Fact]
    public void The_Documented_Vector_Encrypts_As_Documented() => Assert.Equal("1jdzWuniG6UMtoa3T6uNLA==", Documented.Encrypt("123456"));

    [Fact]
    public void The_Documented_Vector_Decrypts_As_Documented() => Assert.Equal("123456", Documented.Decrypt("1jdzWuniG6UMtoa3T6uNLA=="));

    [Fact]
    public void Ecb_And_Zero_Padding_Are_Not_Produced()
    {
        using var aes = Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(DocumentedKey);
        var ecb = Convert.ToBase64String(aes.EncryptEcb("123456"u8, PaddingMode.PKCS7));
        var zeroPadded = Convert.ToBase64String(aes.EncryptCbc("123456"u8, aes.Key, PaddingMode.Zeros));
        Assert.Equal("yXVUkR45PFz0UfpbDB8/ew==", ecb);
        Assert.Equal("QEwd/DWmy/4yGncCqBofQQ==", zeroPadded);

        Assert.DoesNotContain(Documented.Encrypt("123456"), new[] { ecb, zeroPadded });
    }

    [Theory]
    [InlineData("", "BsV8no6a9yLYUT6rbu2PdA==")]
    [InlineData("123456789012345", "gVsuOE5HN33iGGqHeET8Dw==")]
    [InlineData("1234567890123456", "2LWYSMdnDJSym1TSN54uesXryeud7lOPCtlpWV16dAw=")]
    [InlineData("12345678901234567", "2LWYSMdnDJSym1TSN54ueloqgcHVXHbxQD0rAAtmF4k=")]
    [InlineData("abcdefghijklmné", "VhLGraYMj5TwItpTBDa/Xpine18MiB3DNXgrkMvOdho=")] // 16 bytes: é fills the block
    [InlineData("abcdefghijklmnoé", "cmKSStxtUTjADzmkChhsyh+cADfkpl5zmn72lKgSYHs=")] // 17: é on both sides of the edge
    [InlineData("abcdefghijklmnopé", "Nn9CFFuC+/O84cV1NiwLYnL4wRU3uV9vV2Qh2DEvS7Y=")] // 18: é after it
    [InlineData("abcdefghijkl😀", "VYJ491c8BamJHGRtZRbyp83wAYzAOTj4TM6QMibPvJ8=")] // 16
    [InlineData("abcdefghijklm😀", "IyMLRUrNBq4bS2T8gUrQ3MXXI+dgfWce8yUsW/6LGkU=")] // 17: 3 bytes + 1
    [InlineData("abcdefghijklmn李", "bwwZRQy+U81Dvip/O0i+SZhxcaRHCuwQJf1wneGhkWs=")] // 17: 2 + 1
    [InlineData("abcdefghijklmno😀", "flQe0gbUG+ZQEPj9lU39mXsczQ16ZxOXZ31tSgk0y6c=")] // 19: 1 + 3
    [InlineData("Siti Nurhaliza Ñandú 李 😀", "l9CJ7fWTGpCHNotF/XEn8uzGcPOR2K1E9CQPlbh0FLM=")]
    public void Text_Around_A_Block_And_Beyond_Ascii_Encrypts_As_Openssl_Does_And_Comes_Back(string plaintext, string ciphertext)
    {
        Assert.Equal(ciphertext, Documented.Encrypt(plaintext));
        Assert.Equal(plaintext, Documented.Decrypt(ciphertext));
    }

    [Fact]
    public void A_Family_Card_Number_Becomes_Forty_Four_Characters() =>
        Assert.Equal(44, Documented.Encrypt("3173010101010001").Length);

    [Fact]
    public void Key_And_Iv_Keep_Their_Places() =>
        Assert.Equal(
            "a6KsgwzFaetjORvaJM9Dzw==", new FieldCipher(new Secret("abcdefghijklmnop"), new Secret("6543210987654321")).Encrypt("123456"));

    [Theory]
    [InlineData("")]
    [InlineData("123456789012345")]
    [InlineData("12345678901234567")]
    [InlineData("123456789012345é")]
    public void Other_Than_Sixteen_Ascii_Characters_Is_No_Key_And_No_Iv(string wrong)
    {
        var good = new Secret(DocumentedKey);
        var key = Assert.Throws<ArgumentException>(() => new FieldCipher(new Secret(wrong), good));
        var iv = Assert.Throws<ArgumentException>(() => new FieldCipher(good, new Secret(wrong)));
        Assert.Equal(("key", "iv"), (key.ParamName, iv.ParamName));
        if (wrong.Length > 0)
            Assert.DoesNotContain(wrong, key.Message + iv.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Samples_Password_Does_Not_Decrypt_With_The_Samples_Key() =>
        Assert.Throws<CryptographicException>(() => Documented.Decrypt("Z0gKf5KKPvvrPpe2BjtBJw=="));

    [Theory]
    [InlineData("1jdzWuniG6UMtoa3T6uNLA=", typeof(FormatException))]
    [InlineData("1jdzWuniG6UMtoa3T6uN", typeof(CryptographicException))]
    public void A_Cut_Ciphertext_Is_Refused(string ciphertext, Type expected) =>
        Assert.Throws(expected, () => Documented.Decrypt(ciphertext));
}
