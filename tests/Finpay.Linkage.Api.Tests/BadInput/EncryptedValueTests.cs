using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>What a merchant has encrypted before is told apart from a name.</summary>
public sealed class EncryptedValueTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéñüß";

    private readonly CreateUpgradeValidator validator = host.Services.GetRequiredService<CreateUpgradeValidator>();

    [Fact]
    public void No_Name_Of_Letters_Blanks_Apostrophes_Dots_And_Hyphens_Is_Refused()
    {
        var random = new Random(20241101);
        foreach (var alphabet in new[] { Letters + "  ''..--", Letters[..52], Letters[..26] + " " })
        {
            for (var round = 0; round < 5_000; round++)
            {
                // Lengths of Base64 as often as all others: 24, 44 and 64 characters are one, two and three blocks.
                var length = random.Next(2) == 0 ? random.Next(1, 129) : random.Next(4) switch { 0 => 24, 1 => 44, 2 => 64, _ => 128 };
                var name = "x" + new string([.. Enumerable.Range(1, length - 1).Select(_ => alphabet[random.Next(alphabet.Length)])]);

                Assert.Null(Refused(new() { BiologicalMotherName = name }));
            }
        }
    }

    [Theory]
    [InlineData("Siti Nur'Aminah, S.Pd. (alm.)")]
    [InlineData("R. Ay. Siti-Aminah binti H. Abdul Karim")]
    [InlineData("Maria s/o Raju")]
    [InlineData("Siti 2")]
    [InlineData("Siti+Aminah=12345678901")]
    public void An_Unusual_Name_Is_Taken(string name) => Assert.Null(Refused(new() { BiologicalMotherName = name }));

    [Fact]
    public void What_Aes_Made_Of_A_Number_Or_A_Name_Is_Refused_Whatever_The_Key()
    {
        for (var length = 1; length < 120; length++)
        {
            using var aes = Aes.Create();
            var encrypted = Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(new string('a', length)), aes.IV));
            foreach (var text in new[] { encrypted, encrypted + "\n", " " + encrypted, encrypted.Insert(20, "\r\n") })
            {
                // Only letters and no padding: nothing tells it from a name.
                if (encrypted.All(char.IsAsciiLetter))
                    continue;
                Assert.Contains("looks encrypted", Refused(new() { BiologicalMotherName = text }), StringComparison.Ordinal);
                Assert.Contains("looks encrypted", Refused(new() { KkNumber = text }), StringComparison.Ordinal);
            }
        }
    }

    private string? Refused(CreateUpgradeRequest.PersonalDataPart data) =>
        validator.Validate(new CreateUpgradeRequest { PhoneNo = Calls.Phone, PersonalData = data }).Errors.SingleOrDefault()?.ErrorMessage;
}
