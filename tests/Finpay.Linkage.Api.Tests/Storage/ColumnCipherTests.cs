using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Storage;

public sealed class ColumnCipherTests
{
    private static readonly byte[] OldKey = SHA256.HashData("old"u8);
    private static readonly byte[] NewKey = SHA256.HashData("new"u8);

    [Theory]
    [InlineData("")]
    [InlineData("081295288912")]
    [InlineData("Siti Ñandú 山田 😀")]
    public void What_Is_Encrypted_Comes_Back(string text)
    {
        var cipher = Cipher(("k1", NewKey));

        Assert.Equal(text, cipher.DecryptText(cipher.Encrypt(text, "column", "row"), "column", "row"));
    }

    [Fact]
    public void Nothing_Stays_Nothing()
    {
        Assert.True(Cipher(("k1", NewKey)).TryDecryptText(null, "column", "row", out var text));
        Assert.Null(text);
    }

    [Fact]
    public void The_Same_Text_Is_Never_Stored_Alike_And_Never_In_Clear()
    {
        var cipher = Cipher(("k1", NewKey));
        var first = cipher.Encrypt("081295288912", "column", "row");
        var second = cipher.Encrypt("081295288912", "column", "row");

        Assert.NotEqual(first, second);
        Assert.DoesNotContain("081295288912", Encoding.Latin1.GetString(first), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("column", "row", true)]
    [InlineData("column", "row2", false)]
    [InlineData("column2", "row", false)]
    [InlineData("", "column\nrow", false)]
    public void A_Value_That_Was_Moved_Does_Not_Decrypt(string column, string row, bool decrypts)
    {
        var cipher = Cipher(("k1", NewKey));
        var value = cipher.Encrypt("text", "column", "row");

        if (decrypts)
            Assert.Equal("text", cipher.DecryptText(value, column, row));
        else
            Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(value, column, row));
    }

    [Fact]
    public void Every_Changed_Or_Missing_Byte_Is_Noticed()
    {
        var cipher = Cipher(("k1", NewKey));
        var value = cipher.Encrypt("text", "column", "row");

        for (var index = 0; index < value.Length; index++)
        {
            var changed = (byte[])value.Clone();
            changed[index] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(changed, "column", "row"));
            Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(value.AsSpan(0, index), "column", "row"));
        }

        Assert.Equal("text", cipher.DecryptText(value, "column", "row"));
    }

    [Fact]
    public void The_First_Key_Writes_And_All_Read()
    {
        var old = Cipher(("k1", OldKey)).Encrypt("text", "column", "row");
        var rotating = Cipher(("k2", NewKey), ("k1", OldKey));
        var fresh = rotating.Encrypt("text", "column", "row");

        Assert.Equal("text", rotating.DecryptText(old, "column", "row"));
        Assert.Equal("text", Cipher(("k2", NewKey)).DecryptText(fresh, "column", "row"));
        var refused = Assert.Throws<CryptographicException>(() => Cipher(("k2", NewKey)).Decrypt(old, "column", "row"));
        Assert.Contains("'k1'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_Key_Under_The_Same_Id_Does_Not_Decrypt()
    {
        var value = Cipher(("k1", OldKey)).Encrypt("text", "column", "row");

        Assert.ThrowsAny<CryptographicException>(() => Cipher(("k1", NewKey)).Decrypt(value, "column", "row"));
    }

    private static ColumnCipher Cipher(params (string Id, byte[] Key)[] keys) =>
        new([.. keys.Select(key => KeyValuePair.Create(key.Id, key.Key))]);
}
