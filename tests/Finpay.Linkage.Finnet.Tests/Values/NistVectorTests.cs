using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>
/// NIST SP 800-38A, F.2.1 and F.2.2 (CBC-AES128). NIST's four blocks have no padding; PKCS#7 adds one block. Remade, padding included, with
/// <c>xxd -r -p PLAINTEXT.hex | openssl enc -aes-128-cbc -K 2b7e151628aed2a6abf7158809cf4f3c -iv
/// 000102030405060708090a0b0c0d0e0f | xxd -p -c 16</c>.
/// </summary>
public sealed class NistVectorTests
{
    private const int Block = 16;

    private static readonly byte[] Plaintext = Convert.FromHexString(
        "6bc1bee22e409f96e93d7e117393172a"
        + "ae2d8a571e03ac9c9eb76fac45af8e51"
        + "30c81c46a35ce411e5fbc1191a0a52ef"
        + "f69f2445df4f9b17ad2b417be66c3710");

    private static readonly byte[] Ciphertext = Convert.FromHexString(
        "7649abac8119b246cee98e9b12e9197d"
        + "5086cb9b507219ee95db113a917678b2"
        + "73bed6b8e3c1743b7116e69e22229516"
        + "3ff1caa1681fac09120eca307586e1a7");

    private static readonly byte[] PaddingBlock = Convert.FromHexString("8cb82807230e1321d3fae00d18cc2012");

    private static readonly FieldCipher Cipher = new(
        Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c"),
        Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whole_Blocks_Encrypt_As_Nist_Says_And_One_Block_Of_Padding_Follows(int blocks)
    {
        var encrypted = Cipher.Encrypt(Plaintext[..(blocks * Block)]);
        Assert.Equal(Ciphertext[..(blocks * Block)], encrypted[..^Block]);
        Assert.Equal((blocks + 1) * Block, encrypted.Length);
    }

    [Fact]
    public void The_Padding_Is_A_Block_Of_Sixteens() => Assert.Equal(PaddingBlock, Cipher.Encrypt(Plaintext)[^Block..]);

    [Fact]
    public void Nists_Ciphertext_And_The_Padding_Decrypt_To_Nists_Plaintext() =>
        Assert.Equal(Plaintext, Cipher.Decrypt([.. Ciphertext, .. PaddingBlock]));

    [Fact]
    public void Nists_Ciphertext_Without_The_Padding_Is_Refused() =>
        Assert.Throws<CryptographicException>(() => Cipher.Decrypt(Ciphertext));
}
