using System.Text;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

public sealed class FieldCipherProperties
{
    [Fact]
    public void Any_Text_Comes_Back_Under_Any_Key() => Property.Holds(
        from text in Texts.Any
        from key in Texts.Ascii(16)
        from iv in Texts.Ascii(16)
        select (text, key, iv),
        given => Assert.Equal(given.text, Decrypt(given.key, given.iv, Encrypt(given.key, given.iv, given.text))));

    [Fact]
    public void A_Ciphertext_Is_The_Next_Whole_Number_Of_Blocks() => Property.Holds(
        Texts.Any,
        text => Assert.Equal(
            16 * ((Encoding.UTF8.GetByteCount(text) / 16) + 1),
            Convert.FromBase64String(Encrypt("1234567890123456", "1234567890123456", text)).Length));

    [Fact]
    public void Different_Texts_Have_Different_Ciphertexts() => Property.Holds(
        from one in Texts.Any
        from other in Texts.Any
        select (one, other),
        given => Assert.Equal(
            given.one == given.other,
            Encrypt("1234567890123456", "1234567890123456", given.one) == Encrypt("1234567890123456", "1234567890123456", given.other)));

    private static string Encrypt(string key, string iv, string text) => new FieldCipher(new Secret(key), new Secret(iv)).Encrypt(text);

    private static string Decrypt(string key, string iv, string text) => new FieldCipher(new Secret(key), new Secret(iv)).Decrypt(text);
}
